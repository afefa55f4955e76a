"""Slides: what a chapter says in short, in one file that loads nothing."""

import json
import re

import pytest
from bs4 import BeautifulSoup
from slides import chapters, main, page, slides

CHAPTERS = {f"{path.parent.name}/{path.stem}": path for path in chapters()}


@pytest.mark.parametrize("name", CHAPTERS)
def test_the_short_form_of_a_chapter(name):
    made = slides(CHAPTERS[name])
    text = page(made)
    read = BeautifulSoup(text, "html.parser")
    sections = read.select("section")
    assert len(sections) == len(made) >= 4 and len(read.select("h1")) == 1
    assert sections[1].h2.text == "In three sentences" and len(sections[1].select("li")) == 3
    assert sections[-1].h2.text == "Takeaways" and len(sections[-1].select("li")) == 3
    cells = json.loads(CHAPTERS[name].read_text("utf8"))["cells"]
    drawn = [
        o for c in cells if "evidence" not in c["metadata"].get("tags", ())
        for o in c.get("outputs", ()) if "image/svg+xml" in o.get("data", {})
    ]  # fmt: skip
    assert len(read.select("figure img[alt]")) == len(drawn) > 0
    assert all(image["alt"] for image in read.select("img"))
    assert {tag.get("src", "data:")[:5] for tag in read.find_all(True)} == {"data:"}
    assert not read.select("link, iframe, a[href]") and not re.search(r"url\(|@import", text)
    words = read.get_text(" ")
    assert "$" not in words.replace("US$", "") and "{cite}" not in words and "{.live" not in words


def test_a_file_for_each_chapter_asked_for(tmp_path, capsys):
    main(tmp_path, CHAPTERS["momentum/heavy_ball"])
    assert [p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*.html")] == ["momentum/heavy_ball.html"]
    assert "<msqrt>" in (tmp_path / "momentum/heavy_ball.html").read_text("utf8")


def test_what_is_no_chapter_is_refused(tmp_path):
    path = tmp_path / "notes.ipynb"
    path.write_text(json.dumps({"cells": [{"cell_type": "markdown", "metadata": {}, "source": ["# Notes\n"]}]}))
    with pytest.raises(ValueError, match="does not begin as a chapter"):
        slides(path)
