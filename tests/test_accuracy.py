"""Errors in units in the last place (ulp) against mpmath: one table, torch and SciPy beside it.

A function of `accurate` without a row in the table fails the suite.
"""

import inspect
from dataclasses import dataclass
from typing import Any

import mpmath as mp
import numpy as np
import pytest
import scipy.special
import torch
import torch.nn.functional as F  # noqa: N812 (torch's own name for it)

from dlcourse import accurate, activations, cancellation, compensated, logits

DTYPES = ("float32", "float64")

#: Largest error in ulp that is allowed, in float32 and float64 alike.
BOUNDS = {
    "softmax": 4.0,
    "softmax, 1000 classes": 8.0,
    "log_softmax": 4.0,
    "log_softmax, 1000 classes": 8.0,
    "sparse_cross_entropy": 4.0,
    "sparse_cross_entropy, 1000 classes": 8.0,
    "softmax_cross_entropy_grad": 4.0,
    "softmax_cross_entropy_grad, 1000 classes": 8.0,
    "logsumexp": 1.0,
    "kl_divergence": 8.0,
    "variance": 2.0,
    "compensated_sum": 1.0,
    "softplus": 1.0,
    "sigmoid": 3.0,
}


@pytest.fixture(autouse=True)
def many_digits():
    with mp.workdps(60):
        yield


def exact(values: Any) -> list[mp.mpf]:
    """Floating numbers as mpmath numbers, without rounding."""
    return [mp.mpf(float(value)) for value in np.ravel(values)]


def ulps(got: Any, truth: list[mp.mpf], dtype: str, scale: list[mp.mpf] | None = None) -> float:
    """Largest error in ulp of the truth (or of `scale`); inf for a wrong inf or NaN."""
    info = np.finfo(dtype)
    worst = 0.0
    for value, true, size in zip(np.ravel(got), truth, scale or truth, strict=True):
        if mp.isinf(true) or not np.isfinite(value):
            worst = max(worst, 0.0 if mp.mpf(float(value)) == true else np.inf)
            continue
        exponent = mp.frexp(size)[1] - 1 if size else -5000
        ulp = max(mp.mpf(2) ** (exponent - info.nmant), mp.mpf(float(info.smallest_subnormal)))
        worst = max(worst, float(abs(mp.mpf(float(value)) - true) / ulp))
    return worst


def score_rows(dtype: str, k: int = 10, n: int = 12) -> dict[str, np.ndarray]:
    """Logits that hurt, by name."""
    rng = np.random.default_rng(0)
    confident = rng.normal(size=(n, k))
    confident[:, 0] = np.linspace(3, 100 if dtype == "float32" else 300, n)
    masked = np.where(rng.random((n, k)) < 0.5, -np.inf, 5 * rng.normal(size=(n, k)))
    masked[:, 0] = 1
    return {
        "N(0, 1)": rng.normal(size=(n, k)).astype(dtype),
        "N(0, 30)": (30 * rng.normal(size=(n, k))).astype(dtype),
        "1e4 + N(0, 1)": (1e4 + rng.normal(size=(n, k))).astype(dtype),
        "to 1e4": rng.choice([-1e4, 1e4, 0, 9999.5, -3], (n, k)).astype(dtype),
        "confident": confident.astype(dtype),
        "masked": masked.astype(dtype),
    }


def wide_rows(dtype: str) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(1)
    rows = {f"N(0, {s})": (s * rng.normal(size=(3, 1000))).astype(dtype) for s in (1, 20)}
    rows["confident"] = rows["N(0, 1)"] + 40 * (np.arange(1000) == 7).astype(dtype)
    return rows


def true_log_softmax(row: np.ndarray) -> list[mp.mpf]:
    z = exact(row)
    top = z.index(max(z))
    others = mp.fsum(mp.exp(value - z[top]) for j, value in enumerate(z) if j != top)
    return [value - z[top] - mp.log1p(others) for value in z]


def true_softmax(row: np.ndarray) -> list[mp.mpf]:
    return [mp.exp(value) for value in true_log_softmax(row)]


def true_gradient(row: np.ndarray, label: int) -> list[mp.mpf]:
    p = true_softmax(row)
    p[label] = -mp.fsum(value for j, value in enumerate(p) if j != label)
    return p


def per_row(function: Any, rows: np.ndarray, *more: Any) -> list[mp.mpf]:
    return [value for args in zip(rows, *more, strict=True) for value in function(*args)]


@dataclass(frozen=True)
class Measured:
    """Largest errors over one kind of input; inf where SciPy has no such function."""

    ours: float
    torchs: float
    scipys: float = np.inf


def each_row(
    function: Any, rows: np.ndarray, labels: np.ndarray, convert: Any = np.asarray
) -> np.ndarray:
    """Loss or gradient of one example at a time: means of rows would hide their errors."""
    return np.stack(
        [
            np.asarray(function(convert(row[None]), label[None]))
            for row, label in zip(rows, labels, strict=True)
        ]
    )


def torch_gradient(row: np.ndarray, label: np.ndarray) -> np.ndarray:
    leaf = torch.tensor(row, requires_grad=True)
    F.cross_entropy(leaf, torch.tensor(label)).backward()
    return leaf.grad.numpy()


def torch_loss(row: np.ndarray, label: np.ndarray) -> np.ndarray:
    return F.cross_entropy(torch.tensor(row), torch.tensor(label)).numpy()


def measure_rows(name: str, rows: np.ndarray, dtype: str, convert: Any = np.asarray) -> Measured:
    labels, scipys = np.argmax(rows, axis=-1), None
    if name == "softmax":
        truth = per_row(true_softmax, rows)
        ours, torchs = accurate.softmax(convert(rows)), torch.softmax(torch.tensor(rows), -1)
        scipys = scipy.special.softmax(rows, axis=-1)
    elif name == "log_softmax":
        truth = per_row(true_log_softmax, rows)
        ours = accurate.log_softmax(convert(rows))
        torchs = torch.log_softmax(torch.tensor(rows), -1)
        scipys = scipy.special.log_softmax(rows, axis=-1)
    elif name == "sparse_cross_entropy":
        truth = per_row(lambda row, label: [-true_log_softmax(row)[label]], rows, labels)
        ours = each_row(accurate.sparse_cross_entropy, rows, labels, convert)
        torchs = each_row(torch_loss, rows, labels)
    else:
        truth = per_row(true_gradient, rows, labels)
        ours = each_row(accurate.softmax_cross_entropy_grad, rows, labels, convert)
        torchs = each_row(torch_gradient, rows, labels)
    return measured(truth, dtype, ours, torchs, scipys)


def measured(
    truth: list[mp.mpf], dtype: str, ours: Any, torchs: Any, scipys: Any = None, scale: Any = None
) -> Measured:
    results = (ours, torchs) if scipys is None else (ours, torchs, scipys)
    return Measured(*(ulps(result, truth, dtype, scale) for result in results))


ROW_FUNCTIONS = ["softmax", "log_softmax", "sparse_cross_entropy", "softmax_cross_entropy_grad"]


@pytest.mark.parametrize("convert", [np.asarray, torch.tensor], ids=["numpy", "torch"])
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ROW_FUNCTIONS)
def test_functions_of_ten_scores(name, dtype, convert):
    rows_by_kind = score_rows(dtype)
    found = {k: measure_rows(name, rows, dtype, convert) for k, rows in rows_by_kind.items()}
    within_and_no_worse(name, found)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ROW_FUNCTIONS)
def test_two_to_sixteen_scores_of_any_size(name, dtype):
    rng = np.random.default_rng(6)
    for k in range(2, 17):
        scale, offset = 10 ** rng.uniform(-1, 3), rng.choice([0, 0, 1e3])
        rows = (scale * rng.normal(size=(2, k)) + offset).astype(dtype)
        assert measure_rows(name, rows, dtype).ours <= BOUNDS[name], (k, scale, offset)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ROW_FUNCTIONS)
def test_functions_of_a_thousand_scores(name, dtype):
    found = {kind: measure_rows(name, rows, dtype) for kind, rows in wide_rows(dtype).items()}
    within_and_no_worse(f"{name}, 1000 classes", found)


def within_and_no_worse(row: str, found: dict[str, Measured]) -> None:
    for kind, errors in found.items():
        assert errors.ours <= BOUNDS[row], f"{row}, {kind}: {errors}"
    ours, torchs, scipys = (
        max(getattr(errors, whose) for errors in found.values())
        for whose in ("ours", "torchs", "scipys")
    )
    # Below 0.7 ulp the order is chance: rounding to the nearest number alone costs up to 0.5.
    assert ours <= max(0.7, min(torchs, scipys)), (
        f"{row}: ours {ours}, torch {torchs}, SciPy {scipys}"
    )


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_mean_loss_of_a_batch(dtype):
    rows = score_rows(dtype)["confident"]
    labels = np.zeros(len(rows), int)
    truth = mp.fsum(-true_log_softmax(row)[0] for row in rows) / len(rows)
    mine = accurate.sparse_cross_entropy(rows, labels)
    assert ulps(mine, [truth], dtype) <= BOUNDS["sparse_cross_entropy"]


def true_logsumexp(row: np.ndarray) -> list[mp.mpf]:
    z = exact(row)
    return [mp.log(mp.fsum(mp.exp(value) for value in z))]


@pytest.mark.parametrize("dtype", DTYPES)
def test_logsumexp(dtype):
    found = {}
    with mp.workdps(400):
        for kind, rows in score_rows(dtype).items():
            truth = per_row(true_logsumexp, rows)
            # Near 0 the two terms cancel: one ulp of the largest score is what is promised.
            largest = [abs(max(exact(row))) for row in rows]
            scale = [max(abs(t), m) for t, m in zip(truth, largest, strict=True)]
            ours, torchs = accurate.logsumexp(rows), torch.logsumexp(torch.tensor(rows), -1)
            scipys = scipy.special.logsumexp(rows, axis=-1)
            found[kind] = measured(truth, dtype, ours, torchs, scipys, scale)
        within_and_no_worse("logsumexp", found)


def test_logsumexp_keeps_a_small_result():
    truth = mp.log1p(mp.exp(-50))
    assert ulps(accurate.logsumexp([0.0, -50.0]), [truth], "float64") <= BOUNDS["logsumexp"]


@pytest.mark.parametrize("dtype", DTYPES)
def test_softplus(dtype):
    low = 104 if dtype == "float32" else 745
    z = np.concatenate([np.linspace(-low, low, 301), np.linspace(-20, 40, 241), [1e4, -1e4]])
    z = z.astype(dtype)
    truth = [mp.log1p(mp.exp(value)) for value in exact(z)]
    found = measured(truth, dtype, logits.softplus(z), F.softplus(torch.tensor(z)))
    within_and_no_worse("softplus", {"all": found})


@pytest.mark.parametrize("dtype", DTYPES)
def test_sigmoid(dtype):
    low = 104 if dtype == "float32" else 745
    z = np.concatenate([np.linspace(-low, low, 301), [1e4, -1e4, 0]]).astype(dtype)
    truth = [1 / (1 + mp.exp(-value)) for value in exact(z)]
    ours, torchs = activations.sigmoid(z), torch.sigmoid(torch.tensor(z))
    found = measured(truth, dtype, ours, torchs, scipy.special.expit(z))
    within_and_no_worse("sigmoid", {"all": found})


def distribution_pairs(dtype: str) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    rng = np.random.default_rng(3)
    p, q = (rng.dirichlet(np.ones(10), 12) for _ in range(2))
    zeros = np.where(np.arange(10) % 3 == 0, 0, p)
    near = p * (1 + 1e-4 * rng.normal(size=p.shape))
    tiny_p, tiny_q = p.copy(), q.copy()
    tiny_p[:, 1], tiny_q[:, 2] = 1e-30, 1e-30
    if dtype == "float64":
        tiny_p[:, 3], tiny_q[:, 4], tiny_q[:, 5] = 1e-300, 1e-300, 1e-310
    pairs = {"apart": (p, q), "zeros": (zeros, q), "near": (p, near), "tiny": (tiny_p, tiny_q)}
    return {
        kind: tuple((a / a.sum(-1, keepdims=True)).astype(dtype) for a in pair)
        for kind, pair in pairs.items()
    }


def true_kl(p: np.ndarray, q: np.ndarray) -> list[mp.mpf]:
    terms = (a * mp.log(a / b) for a, b in zip(exact(p), exact(q), strict=True) if a)
    return [mp.fsum(terms)]


@pytest.mark.parametrize("dtype", DTYPES)
def test_kl_divergence(dtype):
    found = {}
    for kind, (p, q) in distribution_pairs(dtype).items():
        truth = per_row(true_kl, p, q)
        torchs = F.kl_div(torch.tensor(q).log(), torch.tensor(p), reduction="none").sum(-1)
        with np.errstate(all="raise", under="ignore"):
            ours = accurate.kl_divergence(p, q, base=np.e)
        scipys = scipy.special.rel_entr(p, q).sum(-1)
        found[kind] = measured(truth, dtype, ours, torchs, scipys)
    within_and_no_worse("kl_divergence", found)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("mean", [0.0, 1e3])
def test_variance(dtype, mean):
    x = (mean + np.random.default_rng(4).normal(size=(1000, 4))).astype(dtype)
    truth = []
    for column in x.T:
        values = exact(column)
        center = mp.fsum(values) / len(values)
        truth.append(mp.fsum((value - center) ** 2 for value in values) / len(values))
    torchs = torch.var(torch.tensor(x), dim=0, correction=0)
    found = measured(truth, dtype, accurate.variance(x), torchs)
    assert found.ours <= min(BOUNDS["variance"], max(found.torchs, 1.0)), found


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("k", [1, 2, 3, 7, 1000])
def test_compensated_sum(dtype, k):
    rng = np.random.default_rng(5)
    x = (rng.normal(size=(5, k)) * 10.0 ** rng.integers(-3, 4, size=(5, k))).astype(dtype)
    truth = [mp.fsum(exact(row)) for row in x]
    assert ulps(accurate.compensated_sum(x), truth, dtype) <= BOUNDS["compensated_sum"]


def test_the_limits_are_exact():
    masked = np.array([[0.0, -np.inf], [-np.inf, 5.0]])
    assert accurate.softmax(masked).tolist() == [[1, 0], [0, 1]]
    assert accurate.log_softmax(masked).tolist() == [[0, -np.inf], [-np.inf, 0]]
    assert accurate.sparse_cross_entropy(masked, [0, 1]) == 0
    assert accurate.sparse_cross_entropy(masked, [1, 1]) == np.inf
    assert accurate.kl_divergence([0.0, 1.0], [0.0, 1.0]) == 0
    assert accurate.kl_divergence([0.5, 0.5], [0.0, 1.0]) == np.inf
    assert accurate.kl_divergence([1.0, 0.0], [0.25, 0.75]) == 2


@pytest.mark.parametrize("convert", [np.asarray, torch.tensor], ids=["numpy", "torch"])
@pytest.mark.parametrize("dtype", DTYPES)
def test_compensated_sum_where_a_plain_sum_has_no_digit_right(dtype, convert):
    large = 1e17 if dtype == "float64" else 1e9
    x = np.array([[large, 1.0, 3.0, -large], [1.0, large, -large, 3.0]], dtype)
    assert accurate.compensated_sum(convert(x)).tolist() == [4.0, 4.0]
    odd = np.array([[1.0, large, -large, 3.0, 0.5]], dtype)
    assert accurate.compensated_sum(convert(odd)).tolist() == [4.5]


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_sum_and_what_its_rounding_lost_are_exact(dtype):
    rng = np.random.default_rng(8)
    a, b = (rng.normal(size=50) * 10.0 ** rng.integers(-6, 7, size=50) for _ in range(2))
    a, b = a.astype(dtype), b.astype(dtype)
    total, lost = compensated.two_sum(a, b)
    assert np.any(lost != 0)
    for parts in zip(exact(a), exact(b), exact(total), exact(lost), strict=True):
        assert parts[0] + parts[1] == parts[2] + parts[3]


def test_every_accurate_function_has_a_bound():
    public = {
        name
        for module in (accurate, cancellation, compensated)
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    } - {"two_sum"}  # exact
    assert public <= set(BOUNDS), f"add a bound for {sorted(public - set(BOUNDS))}"
