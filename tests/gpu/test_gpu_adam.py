"""The fused Adam and AdamW take the steps of the book."""

import pytest
import torch

from dlcourse.adaptive import adamw_step
from dlcourse.gpu.adam import Adam

#: Triton's interpreter computes with NumPy, also in lanes whose result is thrown away.
pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")

CONSTANTS = {"beta1": 0.8, "beta2": 0.95, "eps": 1e-6}


def draw(shape, device, seed, dtype=torch.float64):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(shape, generator=generator, dtype=torch.float64).to(dtype).to(device)


def book_run(w, gradients, rates, decay):
    """Steps by the book's function in float64, one network at a time."""
    w = w.cpu().double()
    m, v = torch.zeros_like(w), torch.zeros_like(w)
    for t, g in enumerate(gradients, start=1):
        rate = torch.as_tensor(rates, dtype=torch.float64)[..., None]
        w, m, v = adamw_step(w, g.cpu().double(), m, v, t, rate, weight_decay=decay, **CONSTANTS)
    return w


@pytest.mark.parametrize(
    ("shape", "rates"),
    [((1,), 0.1), ((1023,), 0.1), ((1025,), 0.01), ((3, 7), [0.1, 0.01, 1.0]), ((2, 1024), 0.1)],
    ids=str,
)
@pytest.mark.parametrize("decay", [0.0, 0.3])
@pytest.mark.parametrize(("dtype", "rtol"), [(torch.float64, 1e-13), (torch.float32, 3e-6)])
def test_ten_steps_are_the_books(device, shape, rates, decay, dtype, rtol):
    w = draw(shape, device, 0, dtype)
    gradients = [draw(shape, device, seed, dtype) for seed in range(1, 11)]
    wanted = book_run(w, gradients, rates, decay)
    g = torch.full_like(w, torch.nan)
    adam = Adam(w, g, rates, weight_decay=decay, **CONSTANTS)
    for gradient in gradients:
        g.copy_(gradient)
        adam.step()
        assert torch.equal(g, gradient)
    torch.testing.assert_close(w.cpu().double(), wanted, rtol=rtol, atol=rtol)


def test_a_thousand_steps_keep_their_corrections(device):
    """beta2 = 0.999: a correction computed in float32 would be off by 6e-5 at the first step."""
    w = torch.ones(2, device=device)
    g = torch.full_like(w, 1e-3)
    adam = Adam(w, g, 1e-3)
    adam.step()
    assert abs(1 - w[0].item() - 1e-3 * 1e-3 / (1e-3 + 1e-8)) < 1.2e-7
    for _ in range(199):
        adam.step()
    # a constant gradient: every step has the length of the rate
    assert abs(1 - w[0].item() - 0.2) < 2e-5


def test_a_short_copy_follows_the_weights(device):
    w = draw((700,), device, 3, torch.float32)
    copy = torch.full((700,), torch.nan, dtype=torch.bfloat16, device=device)
    g = draw((700,), device, 4, torch.bfloat16)
    before = w.clone()
    Adam(w, g, 0.01, copy=copy, **CONSTANTS).step()
    wanted = book_run(before, [g], 0.01, 0.0)
    torch.testing.assert_close(w.cpu().double(), wanted, rtol=2e-6, atol=2e-6)
    # rounded to 8 bits; the interpreter cuts off instead
    torch.testing.assert_close(copy.float(), w, rtol=2**-7, atol=0)


def test_nothing_moves_while_the_flag_is_up(device):
    w, g = draw((5,), device, 5), draw((5,), device, 6)
    adam = Adam(w, g, 0.1)
    adam.step()
    before = [part.clone() for part in adam.state]
    adam.bad.fill_(1)
    adam.step()
    # the corrections are made anew at every step; all else is as it was
    for part, old in zip(adam.state, before, strict=True):
        assert torch.equal(part, old)
    adam.bad.zero_()
    adam.step()
    assert adam.state[3][0].item() == 2
    assert not torch.equal(w, before[0])


def test_rates_can_be_changed(device):
    w, g = torch.zeros(2, 3, device=device), torch.ones(2, 3, device=device)
    adam = Adam(w, g, 1.0, eps=0.0)
    adam.set_rate([0.5, 0.25])
    adam.step()
    torch.testing.assert_close(w[:, 0].cpu(), torch.tensor([-0.5, -0.25]), rtol=1e-6, atol=0)


def test_nan_gradients_are_seen(device):
    w, g = torch.zeros(3, device=device), torch.tensor([0.0, torch.nan, torch.inf], device=device)
    Adam(w, g, 1.0).step()
    assert w.isnan().tolist() == [False, True, True]
    assert w[0].item() == 0


def test_no_weights(device):
    empty = torch.empty(0, device=device)
    Adam(empty, empty.clone()).step()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"grads": torch.zeros(3)}, r"grads: got the shape \(3,\)"),
        ({"weights": torch.zeros(8)[::2]}, "without gaps"),
        ({"copy": torch.zeros(5)}, "copy: got the shape"),
        ({"weights": torch.zeros(4).half()}, "weights: got torch.float16, wanted float32"),
        ({"beta1": 1.0}, "beta1"),
        ({"learning_rate": [0.1, 0.2]}, "got 2 for 1 networks"),
    ],
)
def test_what_does_not_fit_is_refused(change, message):
    arguments = {"weights": torch.zeros(4), "grads": torch.zeros(4)} | change
    with pytest.raises(ValueError, match=message):
        Adam(**arguments)
