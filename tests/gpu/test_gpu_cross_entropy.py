"""The fused softmax cross-entropy equals the book's, whatever the shape, stride and type."""

import numpy as np
import pytest
import torch

from dlcourse import logits as book
from dlcourse.gpu import cross_entropy
from dlcourse.gpu.cross_entropy import linear_cross_entropy, softmax_cross_entropy_

#: Triton's interpreter computes with NumPy, also in lanes whose result is thrown away.
pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")

#: Largest error allowed, of a loss relative to 1 + loss, and of a gradient relative to 1/n.
#: Short types are rounded once when a gradient is stored; the interpreter cuts off instead.
BOUNDS = {
    torch.float64: (1e-13, 1e-13),
    torch.float32: (4e-6, 2e-6),
    torch.float16: (4e-6, 2**-10),
    torch.bfloat16: (4e-6, 2**-7),
}
#: Rows and classes: one class, odd numbers, powers of two and their neighbors.
SHAPES = [(1, 1), (3, 2), (5, 7), (4, 64), (3, 65), (2, 1000), (2, 4097)]
ZEROS = torch.zeros(2, dtype=torch.int64)
LAYOUTS = ["dense", "rows apart", "columns apart", "transposed"]


def laid_out(values, layout):
    """The same numbers with other strides, and the buffer around them, filled with poison."""
    rows, k = values.shape
    if layout == "dense":
        around = torch.full((rows, k), torch.nan, dtype=values.dtype, device=values.device)
        view = around
    elif layout == "transposed":
        around = torch.full((k, rows + 2), torch.nan, dtype=values.dtype, device=values.device)
        view = around[:, 1:-1].T
    else:
        apart = layout == "columns apart"
        shape = (rows, 3 * k) if apart else (rows, k + 5)
        around = torch.full(shape, torch.nan, dtype=values.dtype, device=values.device)
        view = around[:, 1::3] if apart else around[:, 2 : k + 2]
    view.copy_(values)
    return view, around


def draw(rows, k, dtype, device, seed=0, scale=5.0):
    generator = torch.Generator().manual_seed(seed + 1000 * rows + k)
    scores = scale * torch.randn(rows, k, generator=generator, dtype=torch.float64)
    labels = torch.randint(0, k, (rows,), generator=generator)
    return scores.to(dtype).to(device), labels.to(device)


def reference(scores, labels):
    """Losses of rows and gradient by the book's functions in float64."""
    z, y = scores.detach().cpu().double().numpy(), labels.cpu().numpy()
    losses = [float(book.sparse_cross_entropy(z[i : i + 1], y[i : i + 1])) for i in range(len(z))]
    return np.array(losses), book.softmax_cross_entropy_grad(z, y)


def assert_close(losses, gradient, scores, labels):
    loss_bound, gradient_bound = BOUNDS[scores.dtype]
    true_losses, true_gradient = reference(scores, labels)
    found = losses.cpu().double().numpy()
    assert np.all(np.abs(found - true_losses) <= loss_bound * (1 + true_losses))
    off = np.abs(gradient.cpu().double().numpy() - true_gradient) * len(scores)
    assert off.max() <= gradient_bound


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("dtype", BOUNDS, ids=str)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_loss_and_gradient_are_the_books(device, shape, dtype, layout):
    scores, labels = draw(*shape, dtype, device)
    view, around = laid_out(scores, layout)
    poison = around.isnan().sum()
    losses = softmax_cross_entropy_(view, labels)
    assert losses.dtype == (torch.float64 if dtype == torch.float64 else torch.float32)
    assert_close(losses, view, scores, labels)
    assert around.isnan().sum() == poison, "what lies around the scores was written to"


@pytest.mark.parametrize("dtype", BOUNDS, ids=str)
@pytest.mark.parametrize("k", [1, 3, 8191, 8192, 8193, 20_001])
def test_rows_too_long_for_the_registers(device, k, dtype, monkeypatch):
    monkeypatch.setattr(cross_entropy, "RESIDENT", 0)
    scores, labels = draw(2, k, dtype, device)
    view, around = laid_out(scores, "rows apart")
    poison = around.isnan().sum()
    assert_close(softmax_cross_entropy_(view, labels), view, scores, labels)
    assert around.isnan().sum() == poison


@pytest.mark.parametrize("resident", [32_768, 0], ids=["resident", "streamed"])
def test_extremes(device, resident, monkeypatch):
    """Scores of 1e4 and masks stay exact; NaN and inf come out as NaN, as in torch."""
    monkeypatch.setattr(cross_entropy, "RESIDENT", resident)
    inf, nan = torch.inf, torch.nan
    rows = [[1e4, -1e4, 0], [-inf, 1, 2], [-inf, -inf, 3], [0, nan, 0], [inf, 0, 0], [-inf] * 3]
    scores = torch.tensor([*rows, [-inf, 5, 5]], dtype=torch.float64, device=device)
    labels = torch.tensor([1, 2, 2, 0, 1, 0, 0], device=device)
    leaf = scores.clone().requires_grad_()
    wanted = torch.nn.functional.cross_entropy(leaf, labels, reduction="none")
    wanted.sum().backward()
    losses = softmax_cross_entropy_(scores, labels, n=1)
    torch.testing.assert_close(losses, wanted.detach(), rtol=1e-14, atol=0, equal_nan=True)
    # torch gives NaN for the masked right class too; the gradient of the others is sound
    usable = torch.tensor([0, 1, 2], device=device)
    torch.testing.assert_close(scores[usable], leaf.grad[usable], rtol=1e-13, atol=1e-300)
    assert scores[3:6].isnan().all(dim=1).tolist() == [True] * 3
    assert losses.isnan().tolist() == [False, False, False, True, True, True, False]
    assert losses[-1].item() == inf


def test_long_masked_stretches(device, monkeypatch):
    """A lane whose first blocks are all masks still gets the rest right."""
    monkeypatch.setattr(cross_entropy, "RESIDENT", 0)
    scores, labels = draw(2, 20_000, torch.float64, device)
    scores[:, :17_000] = -torch.inf
    labels[:] = 18_000
    view = scores.clone()
    assert_close(softmax_cross_entropy_(view, labels), view, scores, labels)


def test_no_rows(device):
    losses = softmax_cross_entropy_(
        torch.empty(0, 3, device=device), torch.empty(0, dtype=torch.int64, device=device)
    )
    assert losses.shape == (0,)


@pytest.mark.parametrize("dtype", [torch.int32, torch.uint8, torch.int64], ids=str)
def test_labels_of_any_integer_type_and_stride(device, dtype):
    scores, labels = draw(6, 9, torch.float32, device)
    apart = torch.stack([labels, labels * 0], dim=1).to(dtype)[:, 0]
    view = scores.clone()
    assert_close(softmax_cross_entropy_(view, apart), view, scores, labels)


@pytest.mark.parametrize("wrong", [-1, 3, -100, 2**40])
def test_a_label_that_is_no_class_is_an_error(device, wrong):
    scores, labels = draw(4, 3, torch.float32, device)
    labels[2] = wrong
    with pytest.raises(ValueError, match=rf"labels: got {wrong}, wanted integers in 0 \.\. 2"):
        softmax_cross_entropy_(scores, labels)


def test_a_flag_instead_of_an_error(device):
    scores, labels = draw(4, 3, torch.float32, device)
    labels[2] = 3
    bad = torch.zeros(1, dtype=torch.int32, device=device)
    losses = softmax_cross_entropy_(scores, labels, bad=bad)
    assert bad.item() == 1
    assert losses.isnan().tolist() == [False, False, True, False]


@pytest.mark.parametrize(
    ("scores", "labels", "error", "message"),
    [
        (torch.zeros(2, 3).long(), ZEROS, TypeError, "logits: got torch.int64"),
        (torch.zeros(2, 3), torch.zeros(2), TypeError, "labels: got torch.float32"),
        (torch.zeros(2, 3), ZEROS.bool(), TypeError, "labels: got torch.bool"),
        (torch.zeros(3, 3), ZEROS, ValueError, r"logits \(3, 3\) and labels \(2,\)"),
        (torch.zeros(2, 0), ZEROS, ValueError, "at least one class"),
        (torch.zeros(2, 3, 4), ZEROS, ValueError, r"wanted \(rows, k\)"),
    ],
)
def test_wrong_arguments_are_refused(scores, labels, error, message):
    before = scores.clone()
    with pytest.raises(error, match=message):
        softmax_cross_entropy_(scores, labels)
    assert torch.equal(scores, before)


@pytest.mark.parametrize("rows", [1, 2, 5, 7, 100, None])
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16], ids=str)
def test_a_dense_layer_in_chunks(device, dtype, rows):
    generator = torch.Generator().manual_seed(1)
    X, W, b = (
        torch.randn(shape, generator=generator, dtype=torch.float64).to(dtype).to(device)
        for shape in ((7, 5), (5, 11), (11,))
    )
    labels = torch.randint(0, 11, (7,), generator=generator).to(device)
    x, w, c, y = (part.cpu().double().numpy() for part in (X, W, b, labels))
    y = y.astype(int)
    scores = x @ w + c
    loss, d_X, d_W, d_b = linear_cross_entropy(X, W, b, labels, rows)
    d_scores = book.softmax_cross_entropy_grad(scores, y)
    # short scores are rounded, and so is their gradient: two parts in 2^8, or 2^7 when cut off
    rtol = {torch.float64: 1e-12, torch.float32: 2e-5, torch.bfloat16: 0.06}[dtype]
    wanted = book.sparse_cross_entropy(scores, y), d_scores @ w.T, x.T @ d_scores, d_scores.sum(0)
    for found, true in zip((loss, d_X, d_W, d_b), wanted, strict=True):
        off = np.abs(found.cpu().double().numpy() - true).max()
        assert off <= rtol * np.abs(true).max()
    assert d_X.dtype == dtype
    assert d_W.dtype == (torch.float64 if dtype == torch.float64 else torch.float32)


def test_a_chunk_of_a_layer_with_a_wrong_label(device):
    X, W, b = (torch.zeros(shape, device=device) for shape in ((4, 2), (2, 3), (3,)))
    labels = torch.tensor([0, 1, 2, 3], device=device)
    with pytest.raises(ValueError, match=r"outside 0 \.\. 2"):
        linear_cross_entropy(X, W, b, labels, rows=1)


@pytest.mark.parametrize(
    ("shapes", "message"),
    [
        (((4, 2), (3, 3), (3,)), r"got X \(4, 2\), W \(3, 3\)"),
        (((4, 2), (2, 3), (2,)), r"b \(2,\)"),
        (((0, 2), (2, 3), (3,)), "got no examples"),
    ],
)
def test_layers_that_do_not_fit_are_refused(shapes, message):
    X, W, b = (torch.zeros(shape) for shape in shapes)
    with pytest.raises(ValueError, match=message):
        linear_cross_entropy(X, W, b, torch.zeros(len(X), dtype=torch.int64))


def test_one_dtype_for_a_layer():
    with pytest.raises(ValueError, match="of one dtype"):
        linear_cross_entropy(
            torch.zeros(1, 1), torch.zeros(1, 1).double(), torch.zeros(1), torch.tensor([0])
        )
