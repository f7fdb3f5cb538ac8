"""All of training in one call: the encoder, the linear model, the confidence, and a record of what made them."""

import json
import shutil
import tempfile
from collections.abc import Collection
from pathlib import Path

from knowledge.confidence import FILE as CONFIDENCE
from knowledge.encoder import FOLDER, NET, TABLE
from knowledge.linear import FILE as LINEAR
from knowledge.load import Content
from knowledge.made import MADE, PARTS, Made
from knowledge.training.calibrate import calibrate
from knowledge.training.corpus import labels, named, sentences, titles, written
from knowledge.training.encode import Recipe, train_encoder
from knowledge.training.fit_linear import fit_linear
from knowledge.training.selection import digest, far_titles
from knowledge.training.stages import Report


def train(content: Content, report: Report, parts: Collection[str] = PARTS, folder: Path = FOLDER) -> Made:
    """Train `parts` and put them into `folder` at once; the other parts stay as they are."""
    messages = [*written(), *named(content)]
    known = {*content.procedures, *(f"faq:{key}" for key in content.faqs)}
    messages = [example for example in messages if example.label in known or example.label.startswith("none:")]
    others = far_titles(content)
    facts = sentences(content)
    with tempfile.TemporaryDirectory() as made:
        work = Path(made)
        for name in (NET, TABLE, LINEAR, CONFIDENCE):
            if (folder / name).exists() and not (name == CONFIDENCE and "confidence" in parts):
                shutil.copy(folder / name, work / name)
        if "linear" in parts:
            fit_linear(content, [*messages, *others], facts, report).keep(work)
        if "encoder" in parts:
            train_encoder(content, Recipe([*messages, *others], facts, titles(content)), work, report)
        if "confidence" in parts:
            report("confidence", 0, 1)
            calibrate(content, written(sub="messages-held-out"), work)
            report("confidence", 1, 1)
        record = Made(len(messages), labels(messages), digest(messages))
        for path in work.iterdir():
            shutil.copy(path, folder / path.name)
        (folder / MADE).write_text(json.dumps(record.as_json(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return record
