"""From the written messages to the encoder's files: `train_encoder`."""

import random
from dataclasses import dataclass
from pathlib import Path

import torch

from knowledge.lexicon import lexicon
from knowledge.load import Content
from knowledge.model import Facet
from knowledge.pieces import Pieces, Special, pieces_from
from knowledge.syllables import bare, is_syllable
from knowledge.training.corpus import Example, labels
from knowledge.training.export import export
from knowledge.training.network import Asked, Head, pretrained
from knowledge.training.noise import Noise
from knowledge.training.stages import Report, distil, finetune
from knowledge.training.weights import Weights, packaged
from knowledge.understand import build_normaliser

_LETTERS = frozenset(
    "abcdefghijklmnopqrstuvwxyz0123456789đăâêôơưáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ"
)
_DISTILLED = 6000


@dataclass(frozen=True, slots=True)
class Recipe:
    """What is trained on: `messages` fully, `more` some of each epoch, `texts` besides them only to be distilled."""

    messages: list[Example]
    more: list[Example]
    texts: list[str]
    epochs: int = 6
    distil_epochs: int = 4


def train_encoder(content: Content, recipe: Recipe, folder: Path, report: Report) -> None:
    """Train on the recipe and write the encoder's files into `folder`. Repeatable on one machine."""
    torch.manual_seed(0)
    normalise = build_normaliser(content)
    table = lexicon()
    noise = Noise(table, (table.wraps["before"], table.wraps["after"]))
    everything = [*(e.text for e in recipe.messages), *(e.text for e in recipe.more), *recipe.texts]
    weights = packaged()
    report("pieces", 0, 1)
    keep = kept_pieces(weights, [normalise(text).text for text in everything])
    pieces = _pieces(weights, keep)
    network = pretrained(weights, keep)
    pad = pieces.special.pad

    def read(text: str) -> list[int]:
        return pieces(normalise(text).text)

    chance = random.Random(0)  # noqa: S311  the order of sentences is no secret
    distilled = sorted(set(everything))
    chance.shuffle(distilled)
    distil(network, distilled[:_DISTILLED], read, noise, pad, report, recipe.distil_epochs)
    names = labels(recipe.messages)
    head = Head(len(names), weights.shape.width)
    place = {name: number for number, name in enumerate(names)}

    more = [example for example in recipe.more if example.label in place]
    asked = Asked(len(Facet), weights.shape.width)
    finetune(network, head, asked, recipe.messages, more, place, read, noise, pad, report, recipe.epochs)
    special = pieces.special
    kept: dict[str, object] = {
        "labels": names,
        "facets": list(Facet),
        "special": [special.begin, special.pad, special.end, special.unknown],
        "pieces": [weights.pieces[number] for number in keep],
        "scores": [round(weights.scores[number], 3) for number in keep],
    }
    export(network, head, asked, kept, folder)


def kept_pieces(weights: Weights, texts: list[str]) -> list[int]:
    """Pieces that occur in the texts, with and without tones, and every piece that could be a Vietnamese syllable."""
    every = _pieces(weights, range(len(weights.pieces)))
    used = set(weights.special)
    for text in texts:
        used.update(every(text, 10_000))
        used.update(every(" ".join(map(bare, text.split())), 10_000))
    for number, piece in enumerate(weights.pieces):
        letters = piece.lstrip("\u2581")
        if set(letters) <= _LETTERS and (len(letters) <= 2 or is_syllable(bare(letters))):
            used.add(number)
    return sorted(used)


def _pieces(weights: Weights, keep: list[int] | range) -> Pieces:
    where = {number: place for place, number in enumerate(keep)}
    special = Special(*(where[number] for number in weights.special))
    return pieces_from([weights.pieces[n] for n in keep], [weights.scores[n] for n in keep], special)
