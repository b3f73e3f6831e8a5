"""Figures about overfitting: three fits, two losses that part, cures compared, labels that lie."""

from __future__ import annotations

import numpy as np

from dlcourse.callbacks import early_stopping
from dlcourse.figures.drawing import finish, panels
from dlcourse.figures.few_digits import EPOCHS, IMAGES, PATIENCE, cures, history, memorized
from dlcourse.figures.style import Picture, Theme, styled
from dlcourse.polynomials import polynomial_fit, polynomial_predict
from dlcourse.toys import noisy_curve

#: Degrees of the polynomials that underfit, fit and overfit.
DEGREES = (1, 5, 12)


def three_fits(theme: Theme) -> Picture:
    """Draw an underfit, a fair fit and an overfit of the same points.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    rng = np.random.default_rng(5)
    x, y = noisy_curve(16, rng, noise=0.25)
    x_new, y_new = noisy_curve(400, rng, noise=0.25)
    line, told = np.linspace(-1, 1, 300), []
    with styled(theme):
        figure, axes = panels(1, 3, 2.6, sharey=True)
        for axis, degree in zip(axes, DEGREES, strict=True):
            fitted = polynomial_fit(x, y, degree)
            own = float(np.mean((polynomial_predict(fitted, x) - y) ** 2))
            new = float(np.mean((polynomial_predict(fitted, x_new) - y_new) ** 2))
            axis.plot(line, np.sin(1.5 * np.pi * line), color=theme.muted, linewidth=1)
            axis.plot(line, polynomial_predict(fitted, line), color=theme.blue)
            axis.plot(x, y, "o", color=theme.orange, markersize=4)
            axis.set(title=f"degree {degree}", ylim=(-2, 2), xlabel=f"{own:.3f} / {new:.2f}")
            told.append(f"degree {degree}: {own:.3f} on its points, {new:.2f} on new ones")
        alt = f"""Three panels with the same 16 noisy points of a wave and a polynomial through
            them; mean squared errors. {"; ".join(told)}. The first misses the shape, the second
            follows the wave, the third passes through the points and swings between them."""
        return finish(figure, alt)


def parting(theme: Theme) -> Picture:
    """Draw training and validation loss as they part, and where early stopping acts.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    seen = history("none")
    stop, best = early_stopping(seen["val_loss"].tolist(), PATIENCE)
    epochs = np.arange(1, EPOCHS + 1)
    with styled(theme):
        figure, (axis,) = panels(1, 1, 3.2, width=5.6)
        axis.semilogy(epochs, seen["train_loss"], "--", color=theme.orange, label="training")
        axis.semilogy(epochs, seen["val_loss"], color=theme.blue, label="validation")
        axis.axvline(best + 1, color=theme.green, linestyle=":")
        axis.axvspan(best + 1, stop + 1, color=theme.green, alpha=0.12, linewidth=0)
        axis.text(best + 1.5, 1.6, "best", color=theme.ink)
        axis.text(stop + 1.5, 1.0, "stopped here", color=theme.ink)
        axis.set(xlabel="epoch", ylabel="loss")
        axis.set_yticks([0.3, 0.5, 1, 2], ["0.3", "0.5", "1", "2"])
        axis.minorticks_off()
        axis.legend(loc="lower left")
        alt = f"""Losses against epochs for a network trained on {IMAGES} digits. The training loss
            falls all the way, to {seen["train_loss"][-1]:.3f}. The validation loss is lowest,
            {seen["val_loss"][best]:.3f}, at epoch {best + 1}, and is
            {seen["val_loss"][-1]:.3f} at the end. With a patience of {PATIENCE} training stops at
            epoch {stop + 1}."""
        return finish(figure, alt)


def compared(theme: Theme) -> Picture:
    """Draw how accurate each way of training is on digits that it has not seen.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    found = cures()
    with styled(theme):
        figure, (axis,) = panels(1, 1, 2.7, width=5.4)
        for place, values in enumerate(found.values()):
            axis.plot(values * 100, np.full(len(values), place), "o", color=theme.blue, alpha=0.7)
            axis.plot(values.mean() * 100, place, "|", color=theme.orange, markersize=22)
        axis.set(xlabel="right on new digits, %", ylim=(-0.6, len(found) - 0.4))
        axis.set_yticks(range(len(found)), list(found))
        axis.invert_yaxis()
        rows = ", ".join(f"{name} {100 * values.mean():.1f} %" for name, values in found.items())
        alt = f"""Accuracy on new digits after training on {IMAGES} with some wrong
            labels, three training sets for each way; means: {rows}."""
        return finish(figure, alt)


def memory(theme: Theme) -> Picture:
    """Draw how a network learns true labels, and random ones by heart.

    Parameters
    ----------
    theme : Theme
        Colors of the page.

    Returns
    -------
    Picture
        The figure and its alternative text.
    """
    found = memorized()
    epochs = np.arange(1, len(found["true"]) + 1)
    looks = dict(zip(found, ("-", ":", "--"), strict=True))
    with styled(theme):
        figure, (axis,) = panels(1, 1, 2.8, width=5.4)
        for order, (name, dash) in enumerate(looks.items()):
            label = name if name == "held out" else f"{name} labels"
            color = theme.cycle[order]
            axis.plot(epochs, 100 * found[name], color=color, linestyle=dash, label=label)
        axis.set(xlabel="epoch", ylabel="right, %", ylim=(0, 104))
        axis.legend()
        alt = f"""Share of right answers against epochs. True labels: {100 * found["true"][9]:.0f} %
            of the training images after 10 epochs. Random labels: {100 * found["random"][9]:.0f} %
            after 10, {100 * found["random"][-1]:.0f} % at the end. The network with random labels
            gets {100 * found["held out"][-1]:.0f} % of new images right."""
        return finish(figure, alt)
