"""Measure the decoder's wall time, CPU time and memory per document, by kind and size."""

import argparse
import asyncio
import io
import os
import resource
import time

from PIL import Image

from bench.tables import table
from records.papers.judge import Judge

SIZES = {"1": (1280, 960), "12": (4000, 3000), "108": (12_000, 9000)}


def photo(width: int, height: int, kind: str) -> bytes:
    """Return a picture with detail that no codec leaves out wholly."""
    noise = Image.frombytes("L", (256, 256), os.urandom(256 * 256)).resize((width, height)).convert("RGB")
    file = io.BytesIO()
    noise.save(file, kind)
    return file.getvalue()


async def measure(judge: Judge, name: str, content: bytes, task: str) -> list[str]:
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    if task == "look":
        await judge.look(content)
    else:
        await judge.draw(content, 1)
    took, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return [name, task, f"{len(content) / 1e6:.1f}", f"{took:.2f}", f"{processor:.2f}", f"{after.ru_maxrss / 1024:.0f}"]


async def run(*, quick: bool) -> list[list[str]]:
    judge, rows = Judge(1), []
    for megapixels, (width, height) in SIZES.items():
        if quick and megapixels == "108":
            continue
        for kind in ("JPEG", "PNG"):
            content = await asyncio.to_thread(photo, width, height, kind)
            rows += [await measure(judge, f"{kind} {megapixels} MP", content, task) for task in ("look", "draw")]
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    heads = ["paper", "task", "MB", "wall s", "CPU s", "largest process so far MB"]
    table(heads, asyncio.run(run(quick=parser.parse_args().quick)))


if __name__ == "__main__":
    main()
