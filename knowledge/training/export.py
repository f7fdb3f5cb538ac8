"""The trained network as one file for onnxruntime, its weights in 8 bits, and the table of its pieces and labels."""

import json
import tempfile
import warnings
from collections.abc import Mapping
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812  its usual name

from knowledge.encoder import NET, TABLE
from knowledge.training.network import SCALE, Asked, Head, Layer, Network


class _Plain(nn.Module):
    """The same network written out in simple operations, which quantise well."""

    def __init__(self, network: Network, head: Head, asked: Asked) -> None:
        super().__init__()
        self.network, self.head, self.asked = network, head, asked

    def forward(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        net = self.network
        x = net.ln(net.word(ids) + net.pos.weight[: ids.shape[1]])
        bias = (1.0 - mask[:, None, None, :]) * -1e4
        for layer in net.layers:
            x = _layer(layer, x, bias)
        weight = mask[..., None]
        mean = (x * weight).sum(1) / weight.sum(1)
        unit = F.normalize(mean, dim=1)
        logits = SCALE * (unit @ F.normalize(self.head.directions, dim=1).T)
        return logits, self.asked.line(SCALE * unit)


def _layer(layer: Layer, x: Tensor, bias: Tensor) -> Tensor:
    batch, length, width = x.shape
    heads, part = layer.heads, width // layer.heads

    def apart(y: Tensor) -> Tensor:
        return y.view(batch, length, heads, part).transpose(1, 2)

    q, k, v = apart(layer.q(x)), apart(layer.k(x)), apart(layer.v(x))
    shares = torch.softmax(q @ k.transpose(-1, -2) / part**0.5 + bias, -1)
    mixed = (shares @ v).transpose(1, 2).reshape(batch, length, width)
    x = layer.aln(x + layer.ao(mixed))
    return layer.oln(x + layer.fo(F.gelu(layer.fi(x))))


def export(network: Network, head: Head, asked: Asked, table: Mapping[str, object], folder: Path) -> None:
    """Write `encoder.onnx` and `encoder.json` into `folder`."""
    plain = _Plain(network.float(), head.float(), asked.float()).eval()
    ids, mask = torch.ones((2, 8), dtype=torch.int64), torch.ones((2, 8))
    with tempfile.TemporaryDirectory() as made:
        whole = Path(made) / "whole.onnx"
        # The older exporter writes the plain operations that onnxruntime's 8-bit kernels know; it warns of its age.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            torch.onnx.export(
                plain,
                (ids, mask),
                str(whole),
                input_names=["ids", "mask"],
                output_names=["logits", "asked"],
                dynamic_axes={name: {0: "n", 1: "l"} for name in ("ids", "mask")},
                opset_version=17,
                dynamo=False,
            )
        quantize_dynamic(whole, folder / NET, weight_type=QuantType.QInt8, per_channel=True)
    (folder / TABLE).write_text(json.dumps(table, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
