"""Work that a student downloads and brings back: nothing is lost, and nothing is written elsewhere."""

import io
import json
import os
import shutil
import stat
import tracemalloc
import zipfile
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import nbformat
import pytest

from cs231n_lib.course.plan import NOTEBOOKS, lesson
from cs231n_lib.course.student import closing, scores
from cs231n_lib.course.student.backup import MyWork, archive
from cs231n_lib.course.student.backup.archive import MAX_FILE, BackupError, pack, unpack
from cs231n_lib.course.student.backup.bring import FileOutcome, bring, lesson_of
from cs231n_lib.course.student.document import is_same, kernel_of
from cs231n_lib.course.student.notebook import read
from cs231n_lib.course.student.progress import AnswerState, notebook_path, read_lesson
from cs231n_lib.course.student.review import schedule
from cs231n_lib.course.student.start import EARLIER, RELEASED, start
from cs231n_lib.widgets.files import PART, FileButtons

ROOT = Path(__file__).parents[2]
RELEASES = ROOT / "notebooks"
LESSON, OTHER = (notebook_path(lesson(number)) for number in (1, 2))
RIGHT = "def relative_error(a, b):\n    return 1.0  # mine"
WRONG = "def relative_error(a, b):\n    return 2.0  # another"
FORWARD = "def numerical_gradient(f, x, h=1e-5):\n    return 3.0"
KERNEL = {"display_name": "Python (Pyodide)", "language": "python", "name": "python"}
Cell = dict[str, Any]
TODAY = datetime(2026, 11, 29, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Releases of a start page and two lessons."""
    home = tmp_path_factory.mktemp("releases")
    for path in (LESSON, OTHER, Path("index.ipynb")):
        (home / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(RELEASES / path, home / path)
    return home


@pytest.fixture
def here(tmp_path: Path, releases: Path) -> Path:
    """A folder with the lessons as released."""
    start(tmp_path / "here", releases)
    return tmp_path / "here"


@pytest.fixture
def there(tmp_path: Path, releases: Path) -> Path:
    """A folder, as of another browser, in which a student has worked."""
    folder = tmp_path / "there"
    start(folder, releases)
    answer(folder / LESSON, "relative_error", RIGHT, 6.0, run=7)
    scores.write_score(folder, lesson(1), scores.Score(0.8))
    closing.write_answer(folder, "01_optimization", closing.Reply("3 hours", "nowhere"))
    schedule.record(folder, "optimization.one_step", True, TODAY)
    return folder


def change(path: Path, edit: Callable[[dict[str, Any]], object]) -> None:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    edit(notebook)
    path.write_text(json.dumps(notebook, ensure_ascii=False), encoding="utf-8")


def find(notebook: dict[str, Any], name: str) -> Cell:
    return next(cell for cell in notebook["cells"] if cell["metadata"].get("nbgrader", {}).get("grade_id") == name)


def answer(path: Path, name: str, source: str, points: float | None = None, run: int = 1) -> None:
    """Write an answer and, with points, what its check displayed."""

    def edit(notebook: dict[str, Any]) -> None:
        find(notebook, name).update(source=source, execution_count=run)
        if points is not None:
            data = {"text/plain": [str(points)], "text/html": "<p>Report</p>"}
            result = {"output_type": "execute_result", "execution_count": run + 1, "metadata": {}, "data": data}
            find(notebook, f"check_{name}").update(outputs=[result], execution_count=run + 1)

    change(path, edit)


def own(source: str) -> Callable[[dict[str, Any]], None]:
    cell = {"cell_type": "markdown", "id": "mine", "metadata": {}, "source": source}
    return lambda notebook: notebook["cells"].append(cell)


def everything(folder: Path) -> dict[Path, bytes]:
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def bring_zip(here: Path, releases: Path, content: bytes, name: str = "my_work.zip") -> list[FileOutcome]:
    return [result.outcome for result in bring(here, releases, [(name, content)])]


def zipped(files: dict[str, bytes], **options: Any) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", **options) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, archive.compression)
    return made.getvalue()


def test_zip_has_the_layout_of_the_folder(there: Path) -> None:
    (there / "notes.txt").write_text("not the course's")
    with zipfile.ZipFile(io.BytesIO(pack(there))) as opened:
        packed = {Path(info.filename): opened.read(info) for info in opened.infolist()}
        assert all(info.compress_type == zipfile.ZIP_DEFLATED for info in opened.infolist())
    known = [Path(RELEASED, path.name) for path in (LESSON, OTHER)]
    assert set(packed) == {LESSON, OTHER, *known, Path(scores.FILE), Path(closing.FILE), Path(schedule.FILE)}
    assert all(content == (there / path).read_bytes() for path, content in packed.items())


def test_file_without_a_date_can_be_packed(there: Path) -> None:
    os.utime(there / LESSON, (0, 0))  # as for a file that comes with a site
    assert pack(there)


def test_empty_folder_gives_a_sentence_and_no_zip(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="no lessons to download yet"):
        pack(tmp_path)


def test_brought_work_fills_untouched_lessons(here: Path, there: Path, releases: Path) -> None:
    change(there / LESSON, own("# My notes"))
    outcomes = bring_zip(here, releases, pack(there))
    assert outcomes == [FileOutcome.BROUGHT, FileOutcome.SAME, *[FileOutcome.BROUGHT] * 3]
    assert schedule.read_state(here) == schedule.read_state(there)
    assert is_same((here / LESSON).read_bytes(), (there / LESSON).read_bytes())
    assert not (here / EARLIER).exists()
    assert scores.read_scores(here) == scores.read_scores(there)
    assert closing.read_answers(here) == closing.read_answers(there)
    nbformat.validate(nbformat.read(here / LESSON, as_version=4))
    before = everything(here)
    assert set(bring_zip(here, releases, pack(there))) == {FileOutcome.SAME}
    assert everything(here) == before


def test_work_of_both_copies_is_in_the_result(here: Path, there: Path, releases: Path) -> None:
    answer(here / LESSON, "numerical_gradient", FORWARD, 8.0)
    change(here / LESSON, own("Written here."))
    change(there / LESSON, own("Written there."))
    assert bring_zip(here, releases, pack(there))[0] is FileOutcome.MERGED
    merged = read(here / LESSON)
    assert merged.answers["numerical_gradient"].source == FORWARD
    assert merged.checks["numerical_gradient"].results == ("8.0",)
    assert merged.answers["relative_error"].source == RIGHT
    assert merged.checks["relative_error"].results == ("6.0",)
    assert {"Written here.", "Written there."} <= {cell.source for cell in merged.cells}
    assert len(merged.cells) == len(read(releases / LESSON).cells) + 2
    nbformat.validate(nbformat.read(here / LESSON, as_version=4))


def test_replaced_copy_is_kept_under_its_date(here: Path, there: Path, releases: Path) -> None:
    answer(here / LESSON, "relative_error", WRONG, 0.0)
    scores.write_score(here, lesson(1), scores.Score(0.7))
    scores.write_score(here, lesson(2), scores.Score(0.75))
    before = (here / LESSON).read_bytes(), (here / scores.FILE).read_bytes()
    results = bring(here, releases, [("my_work.zip", pack(there))])
    assert "it replaced another answer (`relative_error`)" in results[0].sentence
    kept = here / EARLIER / f"01_optimization-{date.today()}.ipynb"
    assert kept.relative_to(here).as_posix() in results[0].sentence
    assert kept.read_bytes() == before[0]
    assert (here / EARLIER / f"score_sheet-{date.today()}.json").read_bytes() == before[1]
    assert scores.read_scores(here) == {lesson(1): scores.Score(0.8), lesson(2): scores.Score(0.75)}
    answer(here / LESSON, "relative_error", WRONG)
    second = (here / LESSON).read_bytes()
    bring(here, releases, [("my_work.zip", pack(there))])
    assert kept.read_bytes() == before[0]
    assert kept.with_stem(f"{kept.stem}-2").read_bytes() == second


def test_brought_answer_never_gets_points_of_another(here: Path, there: Path, releases: Path) -> None:
    answer(here / LESSON, "relative_error", RIGHT, 6.0)
    answer(there / LESSON, "relative_error", WRONG, run=3)
    change(there / LESSON, lambda n: find(n, "check_relative_error").update(outputs=[], execution_count=None))
    bring_zip(here, releases, pack(there))
    states = {one.name: one.state for one in read_lesson(here, lesson(1)).answers}
    assert states["relative_error"] is AnswerState.NOT_CHECKED


def test_unwritten_answers_check_does_not_hide_points(here: Path, there: Path, releases: Path) -> None:
    answer(here / LESSON, "numerical_gradient", FORWARD, 8.0)
    given = read(releases / LESSON).answers["numerical_gradient"].source
    answer(there / LESSON, "numerical_gradient", given, 0.0)
    bring_zip(here, releases, pack(there))
    assert read(here / LESSON).checks["numerical_gradient"].results == ("8.0",)


def test_work_of_an_older_release_moves_to_the_current_one(
    here: Path, there: Path, releases: Path, tmp_path: Path
) -> None:
    def reworded(notebook: dict[str, Any]) -> None:
        notebook["cells"][0]["source"] = "# Another title"
        notebook["metadata"]["cs231n"]["version"] = "9.9"

    later = shutil.copytree(releases, tmp_path / "later")
    change(later / LESSON, reworded)
    bring_zip(here, later, pack(there))
    merged, current = read(here / LESSON), read(later / LESSON)
    assert merged.answers["relative_error"].source == RIGHT
    assert [cell.text for cell in merged.cells if not cell.name] == [c.text for c in current.cells if not c.name]
    assert merged.version == "9.9"
    assert start(here, later) == []  # the lesson counts as brought up to date


def test_damaged_copy_here_is_replaced_and_kept(here: Path, there: Path, releases: Path) -> None:
    (here / LESSON).write_bytes(b'{"cells": [')
    (result, *_) = bring(here, releases, [("my_work.zip", pack(there))])
    assert result.outcome is FileOutcome.MERGED
    assert "which was damaged" in result.sentence
    assert read(here / LESSON).answers["relative_error"].source == RIGHT
    assert (here / EARLIER / f"01_optimization-{date.today()}.ipynb").read_bytes() == b'{"cells": ['


def test_deleted_lesson_comes_back(here: Path, there: Path, releases: Path) -> None:
    shutil.rmtree(here / LESSON.parent)
    assert bring_zip(here, releases, pack(there))[0] is FileOutcome.BROUGHT
    assert read(here / LESSON).answers["relative_error"].source == RIGHT


NAMES = [
    "01_optimization.ipynb",
    "01_optimization_01_optimization.ipynb",
    "01_optimization (1).ipynb",
    "01_optimization(2).ipynb",
    "01_optimization-3.ipynb",
    "Kopie von 01_optimization.ipynb",
    "01_optimization.ipynb.json",
    "01_optimization.ipynb.txt",
    "02_backpropagation.ipynb",
    "Unbestätigt 4711.crdownload",
]


@pytest.mark.parametrize("name", NAMES)
def test_notebook_is_recognised_under_any_name(here: Path, there: Path, releases: Path, name: str) -> None:
    change(there / LESSON, lambda notebook: notebook["metadata"].update(kernelspec=KERNEL))
    (result,) = bring(here, releases, [(name, (there / LESSON).read_bytes())])
    assert (result.outcome, result.lesson) == (FileOutcome.BROUGHT, lesson(1))
    assert read(here / LESSON).answers["relative_error"].source == RIGHT


def test_lesson_gets_the_kernel_of_the_start_page(here: Path, there: Path, releases: Path) -> None:
    assert kernel_of(there / LESSON) != KERNEL
    change(here / "index.ipynb", lambda notebook: notebook["metadata"].update(kernelspec=KERNEL))
    bring_zip(here, releases, pack(there))
    assert kernel_of(here / LESSON) == KERNEL
    bring_zip(there, releases, pack(here))
    assert kernel_of(there / LESSON) != KERNEL
    shutil.rmtree(here / OTHER.parent)
    start(here, releases)
    assert kernel_of(here / OTHER) == KERNEL


def test_every_lesson_is_told_from_the_others() -> None:
    released = {one: read(RELEASES / notebook_path(one)) for one in NOTEBOOKS}
    assert [lesson_of(notebook, released) for notebook in released.values()] == list(NOTEBOOKS)


def without_marks(notebook: dict[str, Any]) -> None:
    del notebook["metadata"]["cs231n"]
    for cell in notebook["cells"]:
        cell["metadata"] = {}


def test_lesson_that_lost_its_marks_is_recognised(here: Path, there: Path, releases: Path) -> None:
    change(there / LESSON, without_marks)
    assert bring_zip(here, releases, (there / LESSON).read_bytes(), "a.ipynb") == [FileOutcome.BROUGHT]
    assert read(here / LESSON).answers["relative_error"].source == RIGHT


def test_notebook_with_one_function_of_the_course_is_refused(here: Path, releases: Path) -> None:
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "source": RIGHT, "outputs": [], "execution_count": None}
    other = json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()
    before = everything(here)
    (result,) = bring(here, releases, [("other.ipynb", other)])
    assert result.sentence == "`other.ipynb` is not a lesson of this course, so it was left out."
    assert everything(here) == before


def test_later_of_two_copies_counts_and_the_other_is_kept(here: Path, there: Path, releases: Path) -> None:
    first = (there / LESSON).read_bytes()
    answer(there / LESSON, "relative_error", WRONG)
    second = (there / LESSON).read_bytes()
    results = bring(here, releases, [("01_optimization.ipynb", first), ("01_optimization (1).ipynb", second)])
    assert [result.outcome for result in results] == [FileOutcome.BROUGHT, FileOutcome.MERGED]
    assert read(here / LESSON).answers["relative_error"].source == WRONG
    (kept,) = (here / EARLIER).iterdir()
    assert read(kept).answers["relative_error"].source == RIGHT


def bomb() -> bytes:
    return zipped({LESSON.as_posix(): bytes(MAX_FILE + 1)}, compression=zipfile.ZIP_DEFLATED)


def lying(content: bytes) -> bytes:
    """Change the sizes that a zip declares for its only member to ten bytes."""
    size = (MAX_FILE + 1).to_bytes(4, "little")
    assert content.count(size) == 2
    return content.replace(size, (10).to_bytes(4, "little"))


def encrypted() -> bytes:
    made = bytearray(zipped({LESSON.as_posix(): b"{}"}))
    for at in (6, made.index(b"PK\x01\x02") + 8):
        made[at] |= 1
    return bytes(made)


def unusual() -> bytes:
    made = bytearray(zipped({LESSON.as_posix(): b"{}"}))
    for at in (8, made.index(b"PK\x01\x02") + 10):
        made[at] = 97
    return bytes(made)


HOSTILE: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "empty": (lambda content: b"", "is empty"),
    "cut off": (lambda content: content[:-100], "download was interrupted"),
    "cut to its first bytes": (lambda content: content[:10], "download was interrupted"),
    "changed inside": (lambda content: content[:300] + bytes(200) + content[500:], "is damaged"),
    "another zip": (lambda content: zipped({"photo.jpg": b"x", "a/b.txt": b"y"}), "contains no lesson"),
    "empty zip": (lambda content: zipped({}), "contains no lesson"),
    "absolute path": (lambda content: zipped({"/tmp/01_optimization.ipynb": b"{}"}), "lies outside the zip"),
    "parent folder": (lambda content: zipped({"a/../../01_optimization.ipynb": b"{}"}), "lies outside the zip"),
    "Windows's parent folder": (lambda content: zipped({"..\\..\\score_sheet.json": b"{}"}), "lies outside the zip"),
    "drive": (lambda content: zipped({"C:/01_optimization.ipynb": b"{}"}), "lies outside the zip"),
    "huge file": (lambda content: bomb(), "more than 50,000,000 bytes"),
    "huge file that claims to be small": (lambda content: lying(bomb()), "is damaged"),
    "encrypted": (lambda content: encrypted(), "is encrypted or compressed in an unusual way"),
    "unknown compression": (lambda content: unusual(), "is encrypted or compressed in an unusual way"),
    "many files": (lambda content: zipped({f"{i}.txt": b"" for i in range(1001)}), "contains 1,001 files"),
}  # fmt: skip


@pytest.mark.parametrize("fault", HOSTILE)
def test_bad_zip_is_refused_in_a_sentence(here: Path, there: Path, releases: Path, fault: str) -> None:
    make, told = HOSTILE[fault]
    before = everything(here.parent)
    (result,) = bring(here, releases, [("my_work.zip", make(pack(there)))])
    assert result.outcome is FileOutcome.REFUSED
    assert told in result.sentence
    assert result.sentence.count(". ") <= 1
    assert everything(here.parent) == before


def test_zip_that_unpacks_to_too_much_is_refused(there: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_TOTAL", 100_000)
    with pytest.raises(BackupError, match="unpacks to more than 100,000 bytes"):
        unpack("my_work.zip", pack(there))


def test_huge_file_is_not_unpacked_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    content = bomb()
    monkeypatch.setattr(archive, "MAX_FILE", 1_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(BackupError, match="more than 1,000,000 bytes"):
            unpack("my_work.zip", content)
        assert tracemalloc.get_traced_memory()[1] < MAX_FILE / 5
    finally:
        tracemalloc.stop()


def test_link_in_a_zip_is_not_followed(here: Path, releases: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.ipynb").write_bytes((releases / LESSON).read_bytes())
    info = zipfile.ZipInfo(LESSON.as_posix())
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as opened:
        opened.writestr(info, str(tmp_path / "secret.ipynb"))
    assert bring_zip(here, releases, made.getvalue()) == [FileOutcome.REFUSED]


def test_only_the_damaged_notebook_of_a_zip_is_left_out(here: Path, there: Path, releases: Path) -> None:
    content = {OTHER.as_posix(): (there / OTHER).read_bytes()[:5000], "deep.ipynb": b'{"cells":' + b"[" * 10**5,
               "a/b/lesson.ipynb": (there / LESSON).read_bytes(), f"__MACOSX/{LESSON}": b"", f"{EARLIER}/a.ipynb": b"",
               ".ipynb_checkpoints/a.ipynb": b"", scores.FILE: b"[]", closing.FILE: b"{"}  # fmt: skip
    results = bring(here, releases, [("my_work.zip", zipped(content))])
    refused = [FileOutcome.REFUSED] * 2
    assert [result.outcome for result in results] == [*refused, FileOutcome.BROUGHT, *refused]
    assert "the file ends in the middle" in results[0].sentence
    assert "nested too deeply" in results[1].sentence
    assert read(here / LESSON).answers["relative_error"].source == RIGHT


def test_entries_of_no_lesson_stay_out_of_the_records(here: Path, there: Path, releases: Path) -> None:
    (here / scores.FILE).write_text('{"waves": {"accuracy": 0.5}}')
    brought = b'{"optimization": {"accuracy": 0.8}, "optimisation": {}, "training": 3}'
    assert bring_zip(here, releases, brought, scores.FILE) == [FileOutcome.BROUGHT]
    assert list(json.loads((here / scores.FILE).read_bytes())) == ["waves", "optimization"]


def test_later_answers_count_when_a_review_is_brought(here: Path, there: Path, releases: Path) -> None:
    week = timedelta(days=7)
    schedule.record(here, "optimization.one_step", False, TODAY + week)
    schedule.record(here, "optimization.kink", True, TODAY - week)
    schedule.record(there, "optimization.kink", False, TODAY)
    mine, theirs = (schedule.read_state(folder).memories for folder in (here, there))
    brought = (there / schedule.FILE).read_bytes()
    assert bring_zip(here, releases, brought, schedule.FILE) == [FileOutcome.MERGED]
    state = schedule.read_state(here)
    one_step, kink = "optimization.one_step", "optimization.kink"
    assert state.memories == {one_step: mine[one_step], kink: theirs[kink]}
    assert state.day == f"{TODAY.date()}"
    assert bring_zip(here, releases, brought, schedule.FILE) == [FileOutcome.SAME]


def test_damaged_answers_stay_out_of_the_review(here: Path, there: Path, releases: Path) -> None:
    written = json.loads((there / schedule.FILE).read_text())
    written["questions"]["optimization.kink"] = {"answered": "soon"}
    assert bring_zip(here, releases, json.dumps(written).encode(), schedule.FILE) == [FileOutcome.BROUGHT]
    assert [*schedule.read_state(here).memories] == ["optimization.one_step"]


def test_temporary_files_have_the_ending_of_the_final_ones(
    here: Path, there: Path, releases: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A browser stores a file as a notebook only if it was created as one. A renamed one does not open there."""
    endings, replace = [], Path.replace

    def record(self: Path, target: Path) -> Path:
        endings.append((self.suffix, target.suffix))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", record)
    bring(here, releases, [("my_work.zip", pack(there))])
    assert set(endings) == {(".ipynb", ".ipynb"), (".json", ".json")}


def test_full_storage_changes_nothing(here: Path, there: Path, releases: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answer(here / LESSON, "relative_error", WRONG)
    before = everything(here)

    def full(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device", str(target))

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(BackupError, match=r"cannot be written \(No space left on device\)\. Free some space"):
        bring(here, releases, [("my_work.zip", pack(there))])
    assert everything(here) == before
    told = MyWork(here, releases).bring([("my_work.zip", pack(there))])
    assert "No space left" in told
    assert "Nothing was changed" in told


def test_buttons_pack_bring_and_update(here: Path, there: Path, releases: Path, tmp_path: Path) -> None:
    name, content = MyWork(there, releases).pack()
    assert name == f"my_work-{date.today()}.zip"
    told = MyWork(here, releases).bring([(name, content)])
    assert "<strong>Lesson 01, Optimization.</strong> 1 answer was brought." in told
    assert "There is nothing new for lesson 02." in told
    assert "Open your lessons again" in told
    assert "Nothing was changed" in MyWork(here, releases).bring([(name, content)])
    assert "up to date" in MyWork(here, releases).update()
    later = shutil.copytree(releases, tmp_path / "later")
    change(later / LESSON, own("A new paragraph."))
    told = MyWork(here, later).update()
    assert "Updated, with your work kept: 01_optimization.ipynb" in told
    assert read(here / LESSON).answers["relative_error"].source == RIGHT
    (here / LESSON).write_bytes(b"{")
    change(later / LESSON, own("Another paragraph."))
    assert "Nothing was changed" in MyWork(here, later).update()
    assert "no lessons to download" in MyWork(tmp_path / "empty", releases).pack()
    assert "Run this cell" in repr(MyWork(here, releases))


class Page:
    """The page's side of the buttons, without a page."""

    def __init__(self, buttons: FileButtons) -> None:
        self.buttons, self.heard = buttons, []
        buttons.send = lambda content, buffers=(): self.heard.append((content, list(buffers)))

    def say(self, **content: Any) -> None:
        self.buttons._on_message(self.buttons, content, [])


def test_file_is_handed_out_and_taken_in_parts() -> None:
    content, taken, packed = bytes(range(256)) * 5000, [], []

    def make() -> tuple[str, bytes]:
        packed.append(1)
        return "a.zip", content

    buttons = FileButtons("", ("Download", "Bring"), make, lambda files: taken.append(files) or "Taken", {}, ".zip")
    page = Page(buttons)
    page.say(kind="pack", request=1)
    page.say(kind="pack", request=1)
    head, _ = page.heard.pop()
    assert (head["part"], head["parts"], len(packed)) == (0, -(-len(content) // PART), 1)
    page.heard.clear()
    for number in range(head["parts"]):
        page.say(kind="part", part=number)
    assert b"".join(buffers[0] for _, buffers in page.heard) == content
    page.say(kind="file", number=0, part=0, data=b64encode(b"lost").decode())  # the page is reloaded and starts again
    for part in range(3):
        page.say(kind="file", number=0, part=part, data=b64encode(content[part * 10 : part * 10 + 10]).decode())
    page.say(kind="file", number=1, part=0, data="")
    page.say(kind="taken", names=["a.zip", "b.ipynb"], sizes=[30, 0])
    assert taken == [[("a.zip", content[:30]), ("b.ipynb", b"")]]
    page.say(kind="taken", names=["a.zip"], sizes=[30])
    assert "did not arrive completely" in buttons.report
    assert len(taken) == 1
