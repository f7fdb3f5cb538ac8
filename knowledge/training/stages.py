"""The two stages of training.

First noisy sentences learn to lie where clean ones lie, then messages learn their label and what they ask for.
"""

import math
import random
from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812  its usual name

from knowledge.model import Facet
from knowledge.training.corpus import Example
from knowledge.training.network import Asked, Head, Network, padded, vectors
from knowledge.training.noise import Noise

Report = Callable[[str, int, int], None]  # what is being done, how far, of how much
Rows = Sequence[Sequence[int]]
Read = Callable[[str], list[int]]  # a typed text to the places of its pieces

_WARM_UP = 40


def distil(
    network: Network, texts: Sequence[str], read: Read, noise: Noise, pad: int, report: Report, epochs: int = 4
) -> None:
    """A noisy text comes to lie where the untrained network puts the clean one: cosine, and contrast in the batch."""
    chance = random.Random(1)  # noqa: S311  no secret
    aims = vectors(network, [read(text) for text in texts], pad)
    optimiser = torch.optim.AdamW(network.parameters(), lr=1e-4, weight_decay=0.01)
    size, done = 48, 0
    total = epochs * math.ceil(len(texts) / size)
    for _ in range(epochs):
        rows = [read(noise(text, chance))[:64] for text in texts]
        network.train()
        for chosen in batches(rows, size, chance):
            _slow(optimiser, [1e-4], done, total)
            vector = _encode(network, [rows[number] for number in chosen], pad)
            aim = aims[chosen]
            near = (1 - (vector * aim).sum(1)).mean()
            apart = F.cross_entropy(vector @ aim.T / 0.03, torch.arange(len(chosen)))
            _step(20 * near + 0.5 * apart, optimiser, [network])
            done += 1
            report("distil", done, total)


def finetune(
    network: Network,
    head: Head,
    asked: Asked,
    messages: Sequence[Example],
    more: Sequence[Example],
    place: dict[str, int],
    read: Read,
    noise: Noise,
    pad: int,
    report: Report,
    epochs: int = 6,
    per_epoch: int = 800,
    rate: float = 2e-4,
) -> None:
    """Messages learn their label, each epoch in new noise, with `per_epoch` of the lighter examples `more` beside them.

    The head starts at the mean of each label; lower layers move less (0.9 a layer); labels are smoothed by 0.1. What a
    message asks for is learnt beside its label, where it is known and no polite frame asks for something else.
    """
    chance = random.Random(2)  # noqa: S311  no secret
    _start(head, network, messages, place, read, pad)
    groups = [[network.word, network.pos, network.ln], *([layer] for layer in network.layers)]
    rates = [rate * 0.9 ** (len(groups) - 1 - depth) for depth in range(len(groups))] + [2e-3]
    parameters = [[p for module in group for p in module.parameters()] for group in groups]
    parameters.append([head.directions, *asked.parameters()])
    optimiser = torch.optim.AdamW([{"params": found} for found in parameters], lr=rate, weight_decay=0.01)
    size, done = 32, 0
    total = epochs * math.ceil((len(messages) + min(per_epoch, len(more))) / size)
    for _ in range(epochs):
        chosen = [*messages, *chance.sample(list(more), min(per_epoch, len(more)))]
        texts = [noise.wrapped(example.text, chance) for example in chosen]
        rows = [read(noise(text, chance))[:72] for text in texts]
        plain = [text == example.text for text, example in zip(texts, chosen, strict=True)]
        wanted = facet_table(chosen)
        known = torch.tensor([bool(e.asks) and clean for e, clean in zip(chosen, plain, strict=True)])
        labels = torch.tensor([place[example.label] for example in chosen])
        weights = torch.tensor([example.weight for example in chosen])
        network.train()
        for batch in batches(rows, size, chance):
            _slow(optimiser, rates, done, total)
            vector = _encode(network, [rows[number] for number in batch], pad)
            each = F.cross_entropy(head(vector), labels[batch], label_smoothing=0.1, reduction="none")
            loss = (each * weights[batch]).sum() / weights[batch].sum()
            with_facets = known[batch]
            if with_facets.any():
                aims = wanted[batch][with_facets]
                loss = loss + F.binary_cross_entropy_with_logits(asked(vector[with_facets]), aims)
            _step(loss, optimiser, [network, head, asked])
            done += 1
            report("finetune", done, total)


def facet_table(examples: Sequence[Example]) -> Tensor:
    """For each example what it asks for, in the order of `Facet`: 1 for the main one, less for those after it."""
    place = {str(facet): number for number, facet in enumerate(Facet)}
    table = torch.zeros(len(examples), len(place))
    for row, example in enumerate(examples):
        for rank, facet in enumerate(example.asks):
            table[row, place[facet]] = 1.0 if rank == 0 else 0.7
    return table


def _start(
    head: Head, network: Network, messages: Sequence[Example], place: dict[str, int], read: Read, pad: int
) -> None:
    found = vectors(network, [read(example.text) for example in messages], pad)
    where = torch.tensor([place[example.label] for example in messages])
    with torch.no_grad():
        for label in place.values():
            head.directions[label] = found[where == label].mean(0)


def _encode(network: Network, rows: Rows, pad: int) -> Tensor:
    with torch.autocast("cpu", torch.bfloat16):
        found: Tensor = network(*padded(rows, pad))
    return F.normalize(found.float(), dim=1)


def _slow(optimiser: torch.optim.Optimizer, rates: Sequence[float], done: int, total: int) -> None:
    """Up over the first steps, then down to almost nothing at the end."""
    factor = min(1.0, (done + 1) / _WARM_UP) * max(0.02, 1 - done / total)
    for group, rate in zip(optimiser.param_groups, rates, strict=True):
        group["lr"] = rate * factor


def _step(loss: Tensor, optimiser: torch.optim.Optimizer, modules: Sequence[nn.Module]) -> None:
    loss.backward()
    nn.utils.clip_grad_norm_([p for module in modules for p in module.parameters()], 1.0)
    optimiser.step()
    optimiser.zero_grad()


def batches(rows: Rows, size: int, chance: random.Random) -> list[list[int]]:
    """All places in random batches of rows of like length, so that little is padded."""
    order = list(range(len(rows)))
    chance.shuffle(order)
    found = []
    for start in range(0, len(order), size * 12):
        some = sorted(order[start : start + size * 12], key=lambda number: len(rows[number]))
        found += [some[at : at + size] for at in range(0, len(some), size)]
    chance.shuffle(found)
    return found
