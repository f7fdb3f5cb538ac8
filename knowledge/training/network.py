"""The encoder as a network to train, and its head: one direction in space for each label."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812  its usual name

from knowledge.training.weights import Shape, Weights

POSITIONS = 128  # the longest message in pieces
SCALE = 16.0  # how sharply the head tells directions apart


class Layer(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        width, inner = shape.width, shape.inner
        self.heads, self.dropout = shape.heads, 0.1
        self.q, self.k, self.v, self.ao = (nn.Linear(width, width) for _ in range(4))
        self.fi, self.fo = nn.Linear(width, inner), nn.Linear(inner, width)
        self.aln, self.oln = (nn.LayerNorm(width, eps=shape.epsilon) for _ in range(2))

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        batch, length, width = x.shape

        def apart(y: Tensor) -> Tensor:
            return y.view(batch, length, self.heads, width // self.heads).transpose(1, 2)

        p = self.dropout if self.training else 0.0
        q, k, v = apart(self.q(x)), apart(self.k(x)), apart(self.v(x))
        mixed = F.scaled_dot_product_attention(q, k, v, attn_mask=bias, dropout_p=p)
        mixed = mixed.transpose(1, 2).reshape(batch, length, width)
        x = self.aln(x + F.dropout(self.ao(mixed), p, self.training))
        return self.oln(x + F.dropout(self.fo(F.gelu(self.fi(x))), p, self.training))


class Network(nn.Module):
    """Places of pieces (n, l) and their mask to a mean vector (n, width)."""

    def __init__(self, shape: Shape, vocabulary: int) -> None:
        super().__init__()
        self.word = nn.Embedding(vocabulary, shape.width)
        self.pos = nn.Embedding(POSITIONS, shape.width)
        self.ln = nn.LayerNorm(shape.width, eps=shape.epsilon)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        x = self.ln(self.word(ids) + self.pos.weight[: ids.shape[1]])
        bias = (1.0 - mask[:, None, None, :].to(x.dtype)) * -1e4
        for layer in self.layers:
            x = layer(x, bias)
        weight = mask[..., None].to(x.dtype)
        return (x * weight).sum(1) / weight.sum(1)


class Head(nn.Module):
    """Cosine to a direction for each label, times `SCALE`."""

    def __init__(self, labels: int, width: int) -> None:
        super().__init__()
        self.directions = nn.Parameter(torch.zeros(labels, width))

    def forward(self, vectors: Tensor) -> Tensor:
        return SCALE * (F.normalize(vectors, dim=1) @ F.normalize(self.directions, dim=1).T)


class Asked(nn.Module):
    """What is asked for: one number for each facet, above zero where it is."""

    def __init__(self, facets: int, width: int) -> None:
        super().__init__()
        self.line = nn.Linear(width, facets)

    def forward(self, vectors: Tensor) -> Tensor:
        found: Tensor = self.line(SCALE * F.normalize(vectors, dim=1))
        return found


def pretrained(weights: Weights, keep: Sequence[int]) -> Network:
    """The network as it was pre-trained, with only the pieces at `keep`."""
    shape = weights.shape
    width = shape.width
    network = Network(shape, len(keep))
    state = {
        "word.weight": weights.blocks("emb.word", shape.vocabulary, width)[np.array(keep)],
        "ln.weight": weights.plain("emb.ln.w", width),
        "ln.bias": weights.plain("emb.ln.b", width),
        "pos.weight": weights.plain("emb.pos", shape.positions, width)[:POSITIONS]
        + weights.plain("emb.type", shape.types, width)[0],
    }
    for number in range(shape.layers):
        for name in ("q", "k", "v", "ao", "fi", "fo"):
            rows, columns = {"fi": (shape.inner, width), "fo": (width, shape.inner)}.get(name, (width, width))
            state[f"layers.{number}.{name}.weight"] = weights.blocks(f"l{number}.{name}.w", rows, columns)
            state[f"layers.{number}.{name}.bias"] = weights.plain(f"l{number}.{name}.b", rows)
        for name in ("aln", "oln"):
            state[f"layers.{number}.{name}.weight"] = weights.plain(f"l{number}.{name}.w", width)
            state[f"layers.{number}.{name}.bias"] = weights.plain(f"l{number}.{name}.b", width)
    network.load_state_dict({name: torch.from_numpy(value.copy()) for name, value in state.items()})
    return network


def padded(rows: Sequence[Sequence[int]], pad: int) -> tuple[Tensor, Tensor]:
    """Rows of places as one table (n, longest) with its mask."""
    longest = max(map(len, rows))
    ids = torch.full((len(rows), longest), pad)
    mask = torch.zeros(len(rows), longest)
    for number, row in enumerate(rows):
        ids[number, : len(row)] = torch.tensor(row)
        mask[number, : len(row)] = 1
    return ids, mask


def vectors(network: Network, rows: Sequence[Sequence[int]], pad: int, size: int = 64) -> Tensor:
    """Unit vectors of many rows (n, width), without training."""
    network.eval()
    order = sorted(range(len(rows)), key=lambda number: len(rows[number]))
    found = torch.zeros(len(rows), network.word.embedding_dim)
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        for start in range(0, len(order), size):
            chosen = order[start : start + size]
            found[chosen] = network(*padded([rows[number] for number in chosen], pad)).float()
    return F.normalize(found, dim=1)
