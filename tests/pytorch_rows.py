"""The tables of PyTorch equivalents, run, with one function for each row, by its lesson and the row's middle column.

``python tests/pytorch_rows.py`` prints what each one saw. It needs torch, which the course does not; the names of the
rows can be read without.
"""

import warnings
from collections.abc import Callable
from contextlib import suppress

import numpy as np
from sklearn.model_selection import KFold

from cs231n_lib.functions import activations, batches, initializers, layers, losses, optimizers, regularizers
from cs231n_lib.lessons.architecture.checks import references as architecture
from cs231n_lib.lessons.backpropagation.checks import references as backpropagation
from cs231n_lib.lessons.preprocessing.checks import references as preprocessing

with suppress(ModuleNotFoundError):
    import torch
    import torch.nn.functional as F  # noqa: N812  (the name that everybody writes)
    from torch import nn

ROWS: dict[tuple[str, str], Callable[[], str]] = {}
rng = np.random.default_rng(0)


def row(lesson: str, theirs: str) -> Callable[[Callable[[], str]], Callable[[], str]]:
    """Registers the function that runs this row; it returns what it saw, in a line."""

    def register(function: Callable[[], str]) -> Callable[[], str]:
        ROWS[lesson, theirs] = function
        return function

    return register


def close(ours, theirs, tolerance=1e-12):
    """Assert that two results are equal but for rounding."""
    theirs = theirs.detach().numpy() if hasattr(theirs, "detach") else theirs
    np.testing.assert_allclose(ours, theirs, rtol=tolerance, atol=tolerance)


def double(*shape, grad=False):
    return torch.tensor(rng.normal(size=shape), dtype=torch.float64, requires_grad=grad)


def array(tensor):
    return tensor.detach().numpy().copy()


def gradient(function, x):
    """Its sum's gradient at x, by autograd."""
    x = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    function(x).sum().backward()
    return x.grad.numpy()


# 01


@row("01_optimization", "`loss.backward()`, then `x.grad`")
def _grad_adds_up():
    x = torch.tensor([1.0, -2.0], requires_grad=True)
    for _ in range(2):
        (x**2).sum().backward()
    close([4.0, -8.0], x.grad)
    return f"after two calls x.grad of x² at (1, -2) is {x.grad.tolist()}"


@row("01_optimization", "`torch.autograd.gradcheck(f, x)`")
def _gradcheck_wants_doubles():
    x = double(4, grad=True)
    assert torch.autograd.gradcheck(torch.tanh, x)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        passed = torch.autograd.gradcheck(torch.tanh, x.detach().float().requires_grad_(), raise_exception=False)
    assert not passed
    assert any("double precision" in str(warning.message) for warning in said)
    return f"tanh in float64: True; in float32: {passed}, with a warning"


@row("01_optimization", "nothing, and at 0 `torch.abs` has the gradient 0")
def _abs_at_zero():
    close([0.0], gradient(torch.abs, [0.0]))
    return "the gradient of |x| at 0 is 0"


@row("01_optimization", "`torch.optim.SGD([w], lr).step()`")
def _sgd_works_in_place():
    w = torch.tensor([1.0], requires_grad=True)
    kept, copied = w.detach(), w.detach().clone()
    (w**2).sum().backward()
    torch.optim.SGD([w], 0.25).step()
    assert (kept.item(), copied.item()) == (0.5, 1.0)
    return "what was kept without a copy changed from 1 to 0.5"


@row("01_optimization", "`DataLoader(data, batch_size)`")
def _loader_keeps_the_order():
    from torch.utils.data import DataLoader

    sizes = [len(rows) for rows in DataLoader(torch.arange(10), 4)]
    assert torch.cat(list(DataLoader(torch.arange(10), 4))).tolist() == list(range(10))
    assert torch.cat(list(DataLoader(torch.arange(1000), 4, shuffle=True))).tolist() != list(range(1000))
    assert sizes == [len(rows) for rows in batches.minibatches(10, 4, rng)]
    return f"rows 0 to 9 in order, in batches of {sizes}"


# 02


@row("02_backpropagation", "`nn.Linear(D, M)`")
def _linear_is_transposed():
    layer, x = nn.Linear(3, 2, dtype=torch.float64), double(5, 3)
    assert layer.weight.shape == (2, 3)
    out, cache = layers.affine_forward(array(x), array(layer.weight).T, array(layer.bias))
    close(out, layer(x))
    dout = double(5, 2)
    layer(x).backward(dout)
    close(layers.affine_backward(array(dout), cache)[1].T, layer.weight.grad)
    return f"weight {tuple(layer.weight.shape)}; equal outputs and gradients with ours transposed"


@row("02_backpropagation", "`loss.backward()`")
def _forks_and_steps_add_up():
    x, s = 2.0, 1 / (1 + np.exp(-2.0))
    close(backpropagation.swish_backward(np.ones(1), (np.array([x]), np.array([s]))), gradient(F.silu, [x]))
    w = torch.tensor([1.0], requires_grad=True)
    optimizer, seen = torch.optim.SGD([w], 0.0), []
    for clear in (False, False, True):
        if clear:
            optimizer.zero_grad()
        (3 * w).sum().backward()
        seen.append(w.grad.item())
    assert seen == [3.0, 6.0, 3.0]
    return f"the gradient of 3w in three calls, zero_grad before the third: {seen}"


@row("02_backpropagation", "`F.cross_entropy(scores, y)`")
def _cross_entropy_takes_scores():
    scores, y = double(5, 3, grad=True), torch.tensor([0, 2, 1, 1, 0])
    loss, dscores = losses.softmax_cross_entropy(array(scores), y.numpy())
    theirs = F.cross_entropy(scores, y)
    theirs.backward()
    close(loss, theirs)
    close(dscores, scores.grad)
    sure = F.cross_entropy(torch.eye(3), torch.arange(3)).item()
    assert sure > 0.5
    return f"equal; with probabilities in place of scores a perfect answer has the loss {sure:.3f}"


@row("02_backpropagation", "`nn.BCEWithLogitsLoss()`")
def _bce_wants_floats():
    scores, y = double(5, grad=True), torch.tensor([0, 1, 1, 0, 1])
    loss, dscores = losses.binary_cross_entropy(array(scores), y.numpy())
    theirs = nn.BCEWithLogitsLoss()(scores, y.double())
    theirs.backward()
    close(loss, theirs)
    close(dscores, scores.grad)
    close(loss, nn.BCELoss()(torch.sigmoid(scores), y.double()))
    try:
        nn.BCEWithLogitsLoss()(scores, y)
    except RuntimeError as error:
        return f"equal; with integer labels: {error}"
    raise AssertionError("integer labels are accepted")


def _regression(ours, theirs):
    scores, y = double(5, 4, grad=True), double(5, 4)
    loss, dscores = ours(array(scores), array(y))
    value = theirs(scores, y)
    value.backward()
    close(loss, 4 * value.item())
    close(dscores, 4 * scores.grad.numpy())
    return "M = 4: ours is 4 times theirs, loss and gradient"


@row("02_backpropagation", "`nn.MSELoss()`")
def _mse_divides_by_outputs():
    return _regression(losses.l2_loss, nn.MSELoss())


@row("02_backpropagation", "`nn.L1Loss()`")
def _l1_divides_by_outputs():
    return _regression(losses.l1_loss, nn.L1Loss())


@row("02_backpropagation", "`nn.HuberLoss(delta=1.0)`")
def _huber_divides_by_outputs():
    for delta in (0.3, 1.0, 2.0):
        seen = _regression(lambda s, y, d=delta: backpropagation.huber_loss(s, y, d), nn.HuberLoss(delta=delta))
        scores, y = double(5, 4), double(5, 4)
        close(nn.HuberLoss(delta=delta)(scores, y), delta * nn.SmoothL1Loss(beta=delta)(scores, y))
    return f"{seen}; HuberLoss is δ times SmoothL1Loss"


# 03


@row("03_activations", "`torch.sigmoid(x)`")
def _log_of_sigmoid():
    x = torch.tensor([-1000.0, 0.0, 1000.0], dtype=torch.float64)
    close(activations.sigmoid_forward(x.numpy())[0], torch.sigmoid(x))
    naive, safe = torch.log(torch.sigmoid(x[:1])).item(), F.logsigmoid(x[:1]).item()
    assert (naive, safe) == (-np.inf, -1000.0)
    return f"log of the sigmoid of -1000: {naive}; logsigmoid: {safe}"


@row("03_activations", "`nn.ReLU()`")
def _relu_in_place():
    x = torch.tensor([-2.0, 3.0])
    close(activations.relu_forward(x.numpy())[0], nn.ReLU()(x))
    nn.ReLU(inplace=True)(x)
    assert x.tolist() == [0.0, 3.0]
    return f"after inplace=True the input (-2, 3) is {x.tolist()}"


@row("03_activations", "`loss.backward()`")
def _relu_at_zero():
    x = np.array([-1.0, 0.0, 2.0])
    close(activations.relu_backward(np.ones(3), activations.relu_forward(x)[1]), gradient(F.relu, x))
    return f"at -1, 0 and 2: {gradient(F.relu, x).tolist()}"


@row("03_activations", "`F.leaky_relu(x, negative_slope)`")
def _leak_at_zero():
    x = np.array([-1.0, 0.0, 2.0])
    _, cache = activations.leaky_relu_forward(x, 0.1)
    close(activations.leaky_relu_backward(np.ones(3), cache), gradient(lambda x: F.leaky_relu(x, 0.1), x))
    close([-0.01], F.leaky_relu(torch.tensor([-1.0])), 1e-7)
    return "slopes 0.1, 0.1 and 1 at -1, 0 and 2; default leak 0.01"


@row("03_activations", "`x.reshape(N, pieces, H).amax(dim=1)`")
def _maxout_and_ties():
    x = rng.normal(size=(4, 6))
    close(activations.maxout_forward(x, 2)[0], torch.tensor(x).reshape(4, 2, 3).amax(dim=1))
    shared = gradient(lambda x: x.reshape(1, 2, 1).amax(dim=1), [[3.0, 3.0]])
    single = gradient(lambda x: x.reshape(1, 2, 1).max(dim=1).values, [[3.0, 3.0]])
    close([[0.5, 0.5]], shared)
    assert sorted(single.ravel().tolist()) == [0.0, 1.0]
    return f"equal outputs; at a tie amax gives {shared.tolist()}, max {single.tolist()}"


@row("03_activations", "`F.silu(x)`")
def _swish_is_silu():
    x = double(5)
    close(array(x) * activations.sigmoid_forward(array(x))[0], F.silu(x))
    return "equal to x times its sigmoid"


@row("03_activations", "`F.gelu(x)`")
def _gelu_has_two_forms():
    from statistics import NormalDist

    x = torch.linspace(-4, 4, 801, dtype=torch.float64)
    close([v * NormalDist().cdf(v) for v in x.tolist()], F.gelu(x), 1e-12)
    apart = (F.gelu(x) - F.gelu(x, approximate="tanh")).abs().max().item()
    assert 1e-4 < apart < 1e-3
    return f"exact by default; the approximation is off by at most {apart:.1e}"


# 04


def _torch_network():
    return nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2)).double()


def _arrays_of(model):
    layers_ = [m for m in model if isinstance(m, nn.Linear)]
    return [array(m.weight.T) for m in layers_], [array(m.bias) for m in layers_]


@row("04_architecture", "`sum(p.numel() for p in model.parameters())`")
def _buffers_are_no_parameters():
    model = _torch_network()
    assert sum(p.numel() for p in model.parameters()) == architecture.network_size([3, 4, 2])[2]
    norm = nn.BatchNorm1d(4)
    assert sum(p.numel() for p in norm.parameters()) == 8
    return f"batch norm of 4 features: 8 parameters, and {sum(b.numel() for b in norm.buffers())} numbers in buffers"


@row("04_architecture", "`nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))`")
def _one_layer_put_in_thrice():
    model, x = _torch_network(), double(5, 3)
    close(architecture.mlp_forward(array(x), *_arrays_of(model)), model(x))
    shared = nn.Sequential(*[nn.Linear(3, 3)] * 3)
    count = sum(p.numel() for p in shared.parameters())
    assert count == 12
    return f"three times the same layer (3, 3) has {count} parameters, not 36"


@row("04_architecture", "`nn.ModuleList([...])`")
def _a_plain_list_is_not_found():
    class Plain(nn.Module):
        def __init__(self, container):
            super().__init__()
            self.parts = container([nn.Linear(3, 4), nn.Linear(4, 2)])

    found = [len(list(Plain(container).parameters())) for container in (list, nn.ModuleList)]
    assert found == [0, 4]
    return f"arrays of parameters found in a list and in a ModuleList: {found}"


@row("04_architecture", "`torch.optim.SGD(..., weight_decay=lam)`")
def _decay_takes_biases_too():
    model, x, y = _torch_network(), double(6, 3), torch.tensor([0, 1, 1, 0, 1, 0])
    weights, biases = _arrays_of(model)
    _, dweights, dbiases = architecture.mlp_loss(array(x), y.numpy(), weights, biases, 0.1)
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0, weight_decay=0.1)
    F.cross_entropy(model(x), y).backward()
    optimizer.step()
    close(weights[0] - dweights[0], model[0].weight.T)
    close(biases[0] - dbiases[0] - 0.1 * biases[0], model[0].bias)
    off = np.abs(biases[0] - dbiases[0] - array(model[0].bias)).max()
    assert off > 0
    return f"biases differ by up to {off:.1e} after a step"


@row("04_architecture", "`loss.backward()`, `optimizer.step()`, `optimizer.zero_grad()`")
def _without_zero_grad_steps_add_up():
    x, y = double(6, 3), torch.tensor([0, 1, 1, 0, 1, 0])
    ends = []
    model = _torch_network()
    start = {name: value.clone() for name, value in model.state_dict().items()}
    for zero in (True, False):
        model.load_state_dict(start)
        model.zero_grad()
        optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
        for _ in range(5):
            if zero:
                optimizer.zero_grad()
            F.cross_entropy(model(x), y).backward()
            optimizer.step()
        ends.append(array(model[0].weight))
    model.load_state_dict(start)
    _, weights, _ = architecture.train_mlp(array(x), y.numpy(), *_arrays_of(model), 0.5, 5)
    close(weights[0].T, ends[0])
    off = np.abs(ends[0] - ends[1]).max()
    assert off > 1e-3
    return f"without zero_grad the weights differ by up to {off:.2f} after five steps"


@row("04_architecture", "`torch.autograd.gradcheck(f, inputs)`")
def _gradcheck_needs_double():
    assert torch.autograd.gradcheck(lambda a: (a**3).sum(), (double(4, grad=True),))
    single = torch.tensor([1.0, 2.0], requires_grad=True)
    with warnings.catch_warnings(action="ignore"):
        passed = torch.autograd.gradcheck(lambda a: (a**3).sum(), (single,), raise_exception=False)
    assert not passed
    return f"in float32 the right gradient of a³ {'passes' if passed else 'fails'}"


# 05


def _table(n=40, d=3):
    return rng.normal(size=(n, d)) * [1, 3, 0.5] + 2


@row("05_preprocessing", "`(x - x.mean(dim=0)) / x.std(dim=0)`")
def _std_divides_by_one_less():
    x = _table()
    ours, _ = preprocessing.standardize(x, x[:1])
    t = torch.tensor(x)
    close(ours, (t - t.mean(dim=0)) / t.std(dim=0, correction=0))
    close(ours * np.sqrt(39 / 40), (t - t.mean(dim=0)) / t.std(dim=0))
    with warnings.catch_warnings(action="ignore"):
        assert torch.isnan(t[:1].std(dim=0)).all()
    return f"std(dim=0) of 40 rows is {float(t.std(dim=0)[0] / x.std(axis=0)[0]):.4f} times ours"


@row("05_preprocessing", "`x.aminmax(dim=0)`")
def _min_returns_indices_too():
    x = _table()
    low, high = torch.tensor(x).aminmax(dim=0)
    close(2 * (x - low.numpy()) / (high - low).numpy() - 1, preprocessing.min_max(x, x[:1])[0])
    pair = torch.tensor(x).min(dim=0)
    assert torch.is_tensor(pair.indices)
    close(low, pair.values)
    return f"x.min(dim=0) is a {type(pair).__name__} of values and indices"


@row("05_preprocessing", "`torch.linalg.svd(x - mean)`")
def _third_result_is_transposed():
    x = _table()
    mean, components, variances = preprocessing.pca_fit(x)
    _, s, rows = torch.linalg.svd(torch.tensor(x - mean), full_matrices=False)
    close(np.abs(components), np.abs(rows.numpy().T), 1e-9)
    close(variances, s.numpy() ** 2 / len(x), 1e-9)
    return f"s² / N is {np.round(s.numpy() ** 2 / len(x), 3)}"


@row("05_preprocessing", "`torch.pca_lowrank(x, q=k)`")
def _lowrank_is_drawn():
    x = rng.normal(size=(60, 50))
    torch.manual_seed(0)
    first, second = (torch.pca_lowrank(torch.tensor(x), q=5, niter=0)[1] for _ in range(2))
    assert not torch.allclose(first, second)
    _, _, variances = preprocessing.pca_fit(x)
    off = float(first[4] ** 2 / len(x) / variances[4])
    many = torch.pca_lowrank(torch.tensor(x), q=5, niter=50)[1]
    close(variances[:5], many.numpy() ** 2 / len(x), 1e-2)
    return f"the fifth variance of noise without iterations is {off:.2f} times the right one"


@row("05_preprocessing", "`torch.linalg.cond(A)`")
def _cond_is_of_the_data():
    x = _table()
    a = torch.tensor(np.column_stack([x, np.ones(len(x))]))
    close(preprocessing.condition_number(x), torch.linalg.cond(a) ** 2, 1e-9)
    return f"cond(A) is {float(torch.linalg.cond(a)):.2f}, the loss has {preprocessing.condition_number(x):.2f}"


@row("05_preprocessing", "`torch.corrcoef(x.T)`")
def _variables_are_rows():
    x = _table()
    t = torch.tensor(x)
    assert torch.corrcoef(t).shape == (40, 40)
    close(np.corrcoef(x.T), torch.corrcoef(t.T))
    return f"corrcoef(x) of (40, 3) has the shape {tuple(torch.corrcoef(t).shape)}"


@row("05_preprocessing", "`sklearn.model_selection.KFold(k)`")
def _kfold_keeps_the_order():
    x = np.zeros((10, 1))
    folds = [validation.tolist() for _, validation in KFold(5).split(x)]
    assert folds == [[0, 1], [2, 3], [4, 5], [6, 7], [8, 9]]
    shuffled = [validation.tolist() for _, validation in KFold(5, shuffle=True, random_state=0).split(x)]
    assert shuffled != folds
    return f"the first fold of ten rows is {folds[0]}, and with shuffle=True {shuffled[0]}"


# 06


@row("06_initialization", '`nn.init.kaiming_normal_(w, nonlinearity="relu")`')
def _kaiming_reads_out_in():
    w = torch.empty(1000, 250)
    torch.manual_seed(0)
    std = nn.init.kaiming_normal_(w, nonlinearity="relu").std().item()
    ours = initializers.he(250, 1000, rng).std()
    close(std, np.sqrt(2 / 250), 0.01)
    close(ours, np.sqrt(2 / 250), 0.01)
    wrong = nn.init.kaiming_normal_(torch.empty(250, 1000), nonlinearity="relu").std().item()
    close(wrong, np.sqrt(2 / 1000), 0.01)
    return f"250 inputs, 1000 outputs: (1000, 250) gives {std:.4f}, (250, 1000) gives {wrong:.4f}"


@row("06_initialization", "`nn.init.xavier_normal_(w)`")
def _xavier_is_symmetric():
    torch.manual_seed(0)
    stds = [nn.init.xavier_normal_(torch.empty(shape)).std().item() for shape in ((1000, 250), (250, 1000))]
    close(stds, [initializers.glorot(250, 1000, rng).std()] * 2, 0.01)
    return f"standard deviations {stds[0]:.4f} and {stds[1]:.4f}, either way around"


@row("06_initialization", "`nn.Linear(D, M)`")
def _linear_starts_uniform():
    torch.manual_seed(0)
    w = nn.Linear(400, 1000).weight
    assert w.abs().max() <= 1 / 20
    close(w.var().item(), 1 / (3 * 400), 0.01)
    x = torch.randn(500, 200)
    for _ in range(10):
        x = torch.relu(nn.Linear(200, 200, bias=False)(x))
    left = x.square().mean().sqrt().item()
    assert left < 0.001
    return (
        f"variance times D: {w.var().item() * 400:.3f}; ten layers of ReLU turn a root mean square of 1 into {left:.1e}"
    )


def _after_one_batch():
    bn = nn.BatchNorm1d(3, momentum=0.1, dtype=torch.float64)
    x = double(5, 3)
    return bn, x, bn(x)


@row("06_initialization", "`nn.BatchNorm1d(D, momentum=0.1)`")
def _momentum_is_the_share_of_the_new():
    bn, x, out = _after_one_batch()
    one, zero = np.ones(3), np.zeros(3)
    ours, _, mean, _ = layers.batchnorm_forward(array(x), one, zero, zero, one, momentum=0.9)
    close(ours, out)
    close(mean, bn.running_mean)
    close(0.1 * array(x).mean(axis=0), bn.running_mean)
    return "its 0.1 is our 0.9: equal outputs, equal running means"


@row("06_initialization", "`bn.running_var`")
def _running_variance_is_unbiased():
    bn, x, out = _after_one_batch()
    close(0.9 + 0.1 * array(x).var(axis=0, ddof=1), bn.running_var)
    close((array(x) - array(x).mean(axis=0)) / np.sqrt(array(x).var(axis=0) + 1e-5), out)
    return "running: ddof=1; normalising: ddof=0"


@row("06_initialization", "`model.eval()`")
def _a_model_trains_until_told():
    bn, x, _ = _after_one_batch()
    assert bn.training
    alone = bn(x)[:2]
    assert not torch.allclose(alone, bn(x[:2]))
    bn.eval()
    close(array(bn(x)[:2]), bn(x[:2]))
    ours = layers.batchnorm_inference(array(x), np.ones(3), np.zeros(3), array(bn.running_mean), array(bn.running_var))
    close(ours, bn(x))
    return "training: two rows alone come out otherwise than in a batch of five; after eval() alike"


@row("06_initialization", "`nn.LayerNorm(D)`")
def _layer_norm_takes_the_last_axis():
    norm, x = nn.LayerNorm(4, dtype=torch.float64), double(5, 4)
    ours = (array(x) - array(x).mean(axis=1, keepdims=True)) / np.sqrt(array(x).var(axis=1, keepdims=True) + 1e-5)
    close(ours, norm(x))
    close(ours, norm.eval()(x))
    return "axis 1 of (5, 4), ddof=0; the same in train() and eval()"


# 07


@row("07_regularization", "`torch.optim.SGD(…, weight_decay=strength)`")
def _decay_acts_on_biases():
    layer = nn.Linear(3, 2, dtype=torch.float64)
    w, b = array(layer.weight), array(layer.bias)
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.1, weight_decay=0.5)
    (0 * layer(double(4, 3))).sum().backward()
    optimizer.step()
    close(w - 0.1 * regularizers.l2(w, 0.5)[1], layer.weight)
    close(b * 0.95, layer.bias)
    return "without a loss, lr 0.1 and decay 0.5 leave 0.95 of the weights, and 0.95 of the biases"


def _decayed(kind):
    w = torch.tensor([1.0, 1.0], dtype=torch.float64, requires_grad=True)
    optimizer = kind([w], lr=0.01, weight_decay=0.1)
    for _ in range(100):
        optimizer.zero_grad()
        (w * torch.tensor([100.0, 0.0])).sum().backward()
        optimizer.step()
    return w


@row("07_regularization", "`torch.optim.Adam(…, weight_decay=strength)`")
def _adam_divides_the_decay():
    inside, apart = _decayed(torch.optim.Adam)[1].item(), _decayed(torch.optim.AdamW)[1].item()
    close(apart, (1 - 0.001) ** 100)
    assert inside < 0.5 < apart
    return f"a weight without gradient after 100 steps at αλ = 0.001: Adam {inside:.3f}, AdamW {apart:.3f}"


@row("07_regularization", "`strength * w.abs().sum()`, added to the loss")
def _l1_never_reaches_zero():
    w = torch.tensor([0.3, -0.25], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.07)
    for _ in range(100):
        optimizer.zero_grad()
        (0.5 * w.abs().sum()).backward()
        close(regularizers.l1(array(w), 0.5)[1], w.grad)
        optimizer.step()
    assert (w != 0).all()
    return f"after 100 steps: {[round(v, 3) for v in w.tolist()]}"


@row("07_regularization", "`nn.Dropout(p)`")
def _p_drops():
    torch.manual_seed(0)
    out = nn.Dropout(0.2)(torch.ones(100_000))
    ours, _ = layers.inverted_dropout_forward(np.ones(100_000), 0.2, rng)
    assert set(np.unique(ours)) == {0.0, 1.25} == set(out.unique().tolist())
    share = (out == 0).double().mean().item()
    close(share, 0.2, 0.01)
    return f"p = 0.2 drops {share:.1%} and divides the rest by 0.8"


@row("07_regularization", "`model.eval()`")
def _no_grad_keeps_dropout():
    torch.manual_seed(0)
    dropout, x = nn.Dropout(0.5), torch.ones(1000)
    with torch.no_grad():
        dropped = (dropout(x) == 0).sum().item()
    assert dropped > 400
    assert (dropout.eval()(x) == 1).all()
    return f"under no_grad {dropped} of 1000 are dropped, after eval() none"


@row("07_regularization", "`torch.renorm(w, p=2, dim=1, maxnorm=limit)`")
def _renorm_names_the_axis_that_stays():
    w = torch.tensor([[3.0, 0.3], [4.0, 0.4]], dtype=torch.float64)
    close(regularizers.max_norm(array(w), 2.5), torch.renorm(w, p=2, dim=1, maxnorm=2.5), 1e-6)
    close(regularizers.max_norm(array(w), 2.5).T, torch.renorm(w.T, p=2, dim=0, maxnorm=2.5), 1e-6)
    return "equal to ours to 1e-6 (it adds 1e-7 to the length), transposed with dim=0"


# 08


GRADIENTS = [np.array([1.0, -3.0]), np.array([0.5, 2.0]), np.array([-1.0, 1e-3]), np.array([2.0, 1.0])]


def _walk(make, change_rate=False):
    """The weights after each of a few steps under `GRADIENTS`."""
    w = torch.tensor([1.0, 2.0], dtype=torch.float64, requires_grad=True)
    optimizer, seen = make([w]), []
    for step, dw in enumerate(GRADIENTS):
        if change_rate and step == 2:
            optimizer.param_groups[0]["lr"] /= 10
        w.grad = torch.tensor(dw)
        optimizer.step()
        seen.append(array(w))
    return np.array(seen)


def _ours(rule, *state, change_rate=False, lr=0.1, **settings):
    w, seen = np.array([1.0, 2.0]), []
    for step, dw in enumerate(GRADIENTS):
        w, *state = rule(w, dw, *state, lr=lr / 10 if change_rate and step >= 2 else lr, **settings)
        seen.append(w)
    return np.array(seen)


ZERO = np.zeros(2)


@row("08_update_rules", "`torch.optim.SGD(…, momentum=mu)`")
def _velocity_without_the_rate():
    def make(w):
        return torch.optim.SGD(w, lr=0.1, momentum=0.9)

    close(_ours(optimizers.momentum, ZERO, mu=0.9), _walk(make))
    ours, theirs = _ours(optimizers.momentum, ZERO, mu=0.9, change_rate=True), _walk(make, change_rate=True)
    close(ours[1], theirs[1])
    assert abs(ours[2] - theirs[2]).max() > 0.01
    return f"equal at a constant rate; once it falls to a tenth, apart by {abs(ours[2] - theirs[2]).max():.2f}"


@row("08_update_rules", "`torch.optim.SGD(…, momentum=mu, nesterov=True)`")
def _nesterov_at_w():
    walked = _walk(lambda w: torch.optim.SGD(w, lr=0.1, momentum=0.9, nesterov=True))
    close(_ours(optimizers.nesterov, ZERO, mu=0.9), walked)
    return "equal over four steps"


@row("08_update_rules", "`lr_scheduler.StepLR(optimizer, step_size)`")
def _schedules_count_calls():
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=2, gamma=0.5)
    rates = []
    for _ in range(6):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    assert rates == [1.0, 1.0, 0.5, 0.5, 0.25, 0.25]
    return f"called after each of six steps: {rates}"


@row("08_update_rules", "`torch.optim.LBFGS(…)`")
def _lbfgs_needs_a_closure():
    w = torch.tensor([8.0, 3.0], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([w])
    group = optimizer.param_groups[0]
    assert (group["lr"], group["line_search_fn"]) == (1, None)
    try:
        optimizer.step()
    except TypeError:
        calls = []

        def closure():
            optimizer.zero_grad()
            loss = (w * w * torch.tensor([1.0, 10.0])).sum()
            loss.backward()
            calls.append(loss.item())
            return loss

        optimizer.step(closure)
        assert len(calls) > 1
        return f"step() raises TypeError; one step(closure) called it {len(calls)} times"
    raise AssertionError("step() takes no closure")


@row("08_update_rules", "`torch.optim.Adagrad(…)`")
def _adagrad():
    close(_ours(optimizers.adagrad, ZERO), _walk(lambda w: torch.optim.Adagrad(w, lr=0.1)), 1e-6)
    return "equal over four steps, but for ε: 1e-10 there"


@row("08_update_rules", "`torch.optim.RMSprop(…, alpha=decay)`")
def _alpha_is_the_decay():
    walked = _walk(lambda w: torch.optim.RMSprop(w, lr=0.1, alpha=0.9))
    close(_ours(optimizers.rmsprop, ZERO, decay=0.9), walked, 1e-6)
    default = torch.optim.RMSprop([torch.zeros(1, requires_grad=True)]).param_groups[0]["alpha"]
    assert default == 0.99
    return f"equal over four steps with alpha=0.9; default {default}"


@row("08_update_rules", "`torch.optim.Adam(…)`")
def _adam():
    close(_ours(optimizers.adam, ZERO, ZERO, 0), _walk(lambda w: torch.optim.Adam(w, lr=0.1)), 1e-10)
    default = torch.optim.Adam([torch.zeros(1, requires_grad=True)]).param_groups[0]["lr"]
    assert default == 0.001
    return f"equal over four steps; default rate {default}"


@row("08_update_rules", "`torch.optim.AdamW(…)`")
def _adamw_decays_unasked():
    default = torch.optim.AdamW([torch.zeros(1, requires_grad=True)]).param_groups[0]["weight_decay"]
    assert default == 0.01
    return f"default weight_decay {default}"


@row("08_update_rules", "`nn.utils.clip_grad_norm_(parameters, limit)`")
def _clipping_returns_the_length_before():
    w = torch.zeros(2, requires_grad=True)
    w.grad = torch.tensor([3.0, 4.0])
    before = nn.utils.clip_grad_norm_([w], 1.0).item()
    close(before, 5.0, 1e-6)
    close([0.6, 0.8], w.grad, 1e-6)
    return f"the gradient (3, 4) at a limit of 1: returns {before:g}, leaves {[round(v, 3) for v in w.grad.tolist()]}"


# 09


@row("09_training", "`torch.autograd.gradcheck(f, inputs)`")
def _gradcheck_wants_float64():
    x = double(3, grad=True)
    assert torch.autograd.gradcheck(lambda x: (x**3).sum(), (x,))
    single = torch.tensor([1.0, 2.0], requires_grad=True)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        passed = torch.autograd.gradcheck(lambda x: (x**3).sum(), (single,), raise_exception=False)
    assert caught
    try:
        torch.autograd.gradcheck(lambda x: (x**3).sum(), (torch.zeros(2, dtype=torch.float64),))
    except ValueError:
        return f"True in float64; in float32 it warns, and says {passed}; without requires_grad it raises ValueError"
    raise AssertionError("gradcheck takes inputs without requires_grad")


@row("09_training", "`loss.backward()`")
def _gradients_are_added():
    w = torch.tensor([3.0], requires_grad=True)
    for _ in range(2):
        (w**2).sum().backward()
    assert w.grad.item() == 12
    return f"after two calls the gradient of w² at 3 is {w.grad.item():g}, not 6"


@row("09_training", "`model.train()`, `model.eval()`")
def _dropout_until_eval():
    model, x = nn.Dropout(0.5), torch.ones(1000)
    zeros = int((model(x) == 0).sum())
    assert zeros > 0
    model.eval()
    assert (model(x) == 1).all()
    return f"in training {zeros} of 1,000 ones are dropped, after eval() none"


@row("09_training", "`torch.optim.Adam(…, weight_decay=strength)`")
def _biases_decay_too():
    layer = nn.Linear(2, 1)
    with torch.no_grad():
        layer.bias.fill_(5.0)
    optimizer = torch.optim.Adam(layer.parameters(), lr=0.1, weight_decay=0.1)
    (0 * layer(torch.ones(1, 2))).sum().backward()
    optimizer.step()
    assert layer.bias.item() < 5
    return f"without any gradient of the data a bias of 5 becomes {layer.bias.item():.2f}"


@row("09_training", "`torch.optim.swa_utils.AveragedModel(model)`")
def _takes_the_last_statistics():
    model = nn.BatchNorm1d(2)
    averaged = torch.optim.swa_utils.AveragedModel(model)
    averaged.update_parameters(model)
    with torch.no_grad():
        model.weight.fill_(3.0)
        model.running_mean.fill_(7.0)
    averaged.update_parameters(model)
    close([2.0, 2.0], averaged.module.weight, 1e-6)
    close([7.0, 7.0], averaged.module.running_mean, 1e-6)
    return f"weights of 1 and 3 give {averaged.module.weight[0].item():g}; the running mean is the last one, 7"


if __name__ == "__main__":
    print(f"torch {torch.__version__}")
    for (lesson, theirs), run in ROWS.items():
        print(f"{lesson}  {theirs}\n    {run()}")
