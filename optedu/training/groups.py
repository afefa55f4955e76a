"""Parameter groups from named parameters: which decay, and at which rate each layer learns.

Each function returns groups for an optimizer and keeps one promise: every parameter is in
exactly one group, or there is an error that names those which are not.
"""

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from ..core import checks

Named = Mapping[str, Any] | Iterable[tuple[str, Any]]
Groups = list[dict[str, Any]]


def decay_groups(named: Named, weight_decay: float, no_decay: Collection[str] = ()) -> Groups:
    r"""Weight decay for matrices, none for vectors and scalars.

    .. math::
        \lambda_p = \lambda \text{ if } p \text{ has at least two axes and is not exempt, else } 0

    Biases and the gains of normalization layers have one axis, so that no name has to be
    guessed. A parameter with more axes that should not decay (a class token, a table of
    positions) is exempted by its name.

    Parameters
    ----------
    named : dict or iterable of (str, array)
        Arrays of floats by name. torch's ``model.named_parameters()`` does as well, and the
        groups are then for an optimizer of torch.
    weight_decay : float
        :math:`\lambda \ge 0`, in the optimizer's own convention.
    no_decay : collection of str
        Full names of further parameters without decay.

    Returns
    -------
    list of dict
        Up to two groups, ``{"params": [...], "weight_decay": ...}``, decay first; the order of
        `named` inside of each. What has no parameter is left out.

    Raises
    ------
    TypeError, ValueError
        If an argument is refused, a name of `no_decay` does not exist, or a tied parameter
        would decay under one of its names and not under the other.

    References
    ----------
    The test on the number of axes is that of nanoGPT (Karpathy, 2022).
    """
    parameters = _checked(named)
    weight_decay = checks.nonnegative("weight_decay", weight_decay)
    if isinstance(no_decay, (str, Mapping)) or not isinstance(no_decay, Collection):
        raise TypeError(f"no_decay must be a collection of names, got {no_decay!r}")
    known = {name for names, _ in parameters for name in names}
    unknown = sorted(set(no_decay) - known, key=str)
    if unknown:
        raise ValueError(f"no_decay has names of no parameter: {_listed(unknown)}")

    def decays(name: str, p: Any) -> bool:
        return p.ndim >= 2 and name not in no_decay

    kinds = "decay and no decay"
    found = _sorted_by(parameters, decays, kinds)
    groups: Groups = []
    for key in sorted(found, reverse=True):
        value = weight_decay if key else 0.0
        group = {"params": found[key]}
        groups.append(group | {"weight_decay": value})
    return groups


def layerwise_lr_groups(named: Named, lr: float, decay: float, layer_of: Callable[[str], int | None]) -> Groups:
    r"""A learning rate for each layer, smaller by a constant factor the further it is from the top.

    .. math::
        \gamma_\ell = \gamma\, d^{\,L - \ell}

    where :math:`\ell` is the layer of a parameter and :math:`L` the largest one there is. Two
    layers are a backbone and its head.

    Parameters
    ----------
    named : dict or iterable of (str, array)
        As for `decay_groups`.
    lr : float
        :math:`\gamma \ge 0`, the rate of the top layer.
    decay : float
        :math:`0 < d \le 1`.
    layer_of : callable
        From a name to its layer, a whole number from 0 (nearest to the input), or to None
        where it knows none.

    Returns
    -------
    list of dict
        One group for each layer, ``{"params": [...], "lr": ...}``, from the input to the top.

    Raises
    ------
    TypeError, ValueError
        If an argument is refused, a parameter has no layer (all such names are listed), or a
        tied parameter has two.

    References
    ----------
    Howard and Ruder (2018) with d = 1/2.6; Sun et al. (2019); Clark et al. (2020).
    """
    parameters = _checked(named)
    lr = checks.nonnegative("lr", lr)
    decay = checks.positive("decay", checks.fraction("decay", decay))
    if not callable(layer_of):
        raise TypeError(f"layer_of must be a function from a name to its layer, got {layer_of!r}")
    answers = {name: layer_of(name) for names, _ in parameters for name in names}
    homeless = [name for name, layer in answers.items() if layer is None]
    if homeless:
        raise ValueError(f"layer_of knows no layer for {len(homeless)} parameters: {_listed(homeless)}")
    layers = {name: checks.count(f"layer_of({name!r})", layer) for name, layer in answers.items()}
    top = max(layers.values())
    found = _sorted_by(parameters, lambda name, p: layers[name], "layers")
    return [{"params": found[layer], "lr": lr * decay ** (top - layer)} for layer in sorted(found)]


def cross_groups(first: Sequence[Mapping[str, Any]], second: Sequence[Mapping[str, Any]]) -> Groups:
    """Groups that combine two groupings of the same parameters: each keeps the settings of both.

    Parameters
    ----------
    first, second : list of dict
        For example what `layerwise_lr_groups` and `decay_groups` returned.

    Returns
    -------
    list of dict
        One group for each combination that occurs, in the order of `first`.

    Raises
    ------
    TypeError, ValueError
        If one grouping has a parameter twice or lacks one of the other's, or a setting is in
        both.
    """
    at = [_places(groups, where) for groups, where in ((first, "first"), (second, "second"))]
    if at[0].keys() != at[1].keys():
        raise ValueError(f"{len(at[0].keys() ^ at[1].keys())} parameters are in one of first and second only")
    both = sorted({key for g in first for key in g} & {key for g in second for key in g} - {"params"})
    if both:
        raise ValueError(f"first and second both set {', '.join(both)}")
    found: dict[tuple[int, int], list[Any]] = {}
    for key, (i, p) in at[0].items():
        found.setdefault((i, at[1][key][0]), []).append(p)
    return [{**first[i], **second[j], "params": found[i, j]} for i, j in sorted(found)]


def grads_in_order(
    param_groups: Sequence[Mapping[str, Any]], params: Sequence[np.ndarray], grads: Sequence[Any]
) -> list[Any]:
    """Gradients in the order of the groups, which is the order that ``step`` wants.

    Parameters
    ----------
    param_groups : list of dict
        Of the optimizer.
    params : list of array
        All parameters of the model, in its own order. A tied parameter may stand there several
        times.
    grads : list of array or None
        One gradient for each of `params`. Those of a tied parameter are summed.

    Returns
    -------
    list of array or None

    Raises
    ------
    TypeError, ValueError
        If the lengths differ, a parameter is in no group, or a group has one that is not in
        `params`.
    """
    params, grads = list(params), list(grads)
    if len(params) != len(grads):
        raise ValueError(f"grads has {len(grads)} gradients for {len(params)} parameters")
    places = _places(param_groups, "param_groups")
    summed: dict[Hashable, Any] = dict.fromkeys(places)
    found = set()
    for i, (p, g) in enumerate(zip(params, grads, strict=True)):
        key = _identity(p)
        if key not in places:
            raise ValueError(f"params[{i}] is in no group: it would not be trained")
        found.add(key)
        if g is not None:
            summed[key] = g if summed[key] is None else summed[key] + g
    if len(found) < len(places):
        raise ValueError(f"param_groups has {len(places) - len(found)} parameters that are not in params")
    return list(summed.values())


def _checked(named: Named) -> list[tuple[list[str], Any]]:
    """Each parameter once, with all its names."""
    if isinstance(named, (str, np.ndarray)) or not isinstance(named, (Mapping, Iterable)):
        raise TypeError(f"named must be a dict or pairs of name and array, got {type(named).__name__}")
    pairs = list(named.items() if isinstance(named, Mapping) else named)
    for pair in pairs:
        if not isinstance(pair, tuple) or len(pair) != 2 or not isinstance(pair[0], str):
            raise TypeError(f"named must be a dict or pairs of name and array, got the entry {type(pair).__name__}")
    if not pairs:
        raise ValueError("named is empty: there is nothing to group")
    repeated = [name for name, times in Counter(name for name, _ in pairs).items() if times > 1]
    if repeated:
        raise ValueError(f"named has these names twice: {_listed(repeated)}")
    found: dict[Hashable, tuple[list[str], Any]] = {}
    for name, p in pairs:
        if not hasattr(p, "requires_grad"):  # torch checks its own
            checks.parameter(name, p)
        found.setdefault(_identity(p), ([], p))[0].append(name)
    checks.distinct([(names[0], p) for names, p in found.values() if isinstance(p, np.ndarray)])
    return list(found.values())


def _identity(p: Any) -> Hashable:
    """Equal for two arrays that are the same numbers in memory, seen the same way."""
    if isinstance(p, np.ndarray) and p.size:
        return p.ctypes.data, p.shape, p.strides, p.dtype.str
    return id(p)


def _sorted_by(
    parameters: list[tuple[list[str], Any]], kind: Callable[[str, Any], Any], what: str
) -> dict[Any, list[Any]]:
    """The parameters by kind; a tied one must be of one kind under all its names."""
    found: dict[Any, list[Any]] = {}
    for names, p in parameters:
        kinds = {name: kind(name, p) for name in names}
        if len(set(kinds.values())) > 1:
            raise ValueError(f"{_listed(names)} are one tied parameter in different groups ({what}): {kinds}")
        found.setdefault(kinds[names[0]], []).append(p)
    return found


def _places(groups: Sequence[Mapping[str, Any]], where: str) -> dict[Hashable, tuple[int, Any]]:
    """Group and array of each parameter, in order."""
    if isinstance(groups, (str, Mapping)) or not isinstance(groups, Sequence):
        raise TypeError(f"{where} must be a list of groups, got {type(groups).__name__}")
    found: dict[Hashable, tuple[int, Any]] = {}
    for k, group in enumerate(groups):
        if not isinstance(group, Mapping) or "params" not in group:
            raise TypeError(f"{where}[{k}] must be a dict with the key 'params'")
        params = group["params"]
        for p in [params] if hasattr(params, "ndim") else params:
            if _identity(p) in found:
                raise ValueError(f"{where}[{k}] has a parameter that is in {where}[{found[_identity(p)][0]}] already")
            found[_identity(p)] = k, p
    return found


def _listed(names: Iterable[Any]) -> str:
    """All names, quoted."""
    return ", ".join(map(repr, names))
