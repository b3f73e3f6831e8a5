"""Draws settings of the optimizers that are far from their defaults, in the signatures' order."""

from __future__ import annotations

import numpy as np


def beta(rng: np.random.Generator) -> dict[str, float]:
    """Draw the share of a velocity that is kept.

    Parameters
    ----------
    rng : numpy.random.Generator
        Where the numbers come from.

    Returns
    -------
    dict
        Settings by name.
    """
    return {"beta": _share(rng)}


def eps(rng: np.random.Generator) -> dict[str, float]:
    """Draw an epsilon so large that its place shows.

    Parameters
    ----------
    rng : numpy.random.Generator
        Where the numbers come from.

    Returns
    -------
    dict
        Settings by name.
    """
    return {"eps": _large(rng)}


def rho_eps(rng: np.random.Generator) -> dict[str, float]:
    """Draw the settings of RMSProp.

    Parameters
    ----------
    rng : numpy.random.Generator
        Where the numbers come from.

    Returns
    -------
    dict
        Settings by name.
    """
    return {"rho": _share(rng), "eps": _large(rng)}


def adam(rng: np.random.Generator) -> dict[str, float]:
    """Draw the settings of Adam; its shares differ.

    Parameters
    ----------
    rng : numpy.random.Generator
        Where the numbers come from.

    Returns
    -------
    dict
        Settings by name.
    """
    return {
        "lr": round(rng.uniform(0.05, 0.4), 3),
        "beta1": round(rng.uniform(0.3, 0.5), 3),
        "beta2": round(rng.uniform(0.7, 0.85), 3),
        "eps": _large(rng),
    }


def adamw(rng: np.random.Generator) -> dict[str, float]:
    """Draw the settings of AdamW.

    Parameters
    ----------
    rng : numpy.random.Generator
        Where the numbers come from.

    Returns
    -------
    dict
        Settings by name.
    """
    return {**adam(rng), "weight_decay": round(rng.uniform(0.1, 0.5), 3)}


def _share(rng: np.random.Generator) -> float:
    return round(rng.uniform(0.3, 0.45), 3)


def _large(rng: np.random.Generator) -> float:
    return round(rng.uniform(0.05, 0.3), 3)
