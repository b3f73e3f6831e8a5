"""Cases that are odd files rather than odd code: one function each, named FAMILY_SLUG.

Each gets the student's folder and the solved notebook, and hands in.
"""

import copy
import json
import os
import stat
import zipfile

from notebooks import RELEASE, SOLVED, answer, code, dump, find, grade_id, load

from dlcourse.grading.collecting import collect
from dlcourse.grading.directory import Course
from dlcourse.grading.intake import MAX_BYTES
from dlcourse.grading.sample_code import LOOPS
from dlcourse.grading.tasks import find_unit


def put(folder, data, name="neuron.ipynb"):
    (folder / name).write_bytes(data)


def theft_link_to_the_solution(folder, notebook):
    """Hands in a link to the course's solution.

    must: links are not followed.
    expects: ungradable
    """
    (folder / "neuron.ipynb").symlink_to(SOLVED)


def theft_link_to_a_neighbor(folder, notebook):
    """Makes the whole folder a link to a neighbor's.

    must: links are not followed.
    expects: ungradable
    """
    folder.rmdir()
    folder.symlink_to(folder.parents[1] / "neighbor-in-loops" / folder.name)


def theft_zip_slip(folder, notebook):
    """Comes in a zip whose names climb out of the folder, with a link to the solution.

    must: nothing is unpacked; what climbs is read under a name of our own.
    expects: nothing
    """
    folder.rmdir()
    student = folder.parent.name
    archive = folder.parents[2] / "slip.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr(f"../../../{student}/neuron.ipynb", RELEASE.read_bytes())
        link = zipfile.ZipInfo(f"{student}-link/neuron.ipynb")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        file.writestr(link, str(SOLVED))
    collect(Course(folder.parents[2]), find_unit(1), archive)


def theft_pipe(folder, notebook):
    """Hands in a named pipe that would keep the reader waiting.

    must: only regular files are read.
    expects: ungradable
    """
    os.mkfifo(folder / "neuron.ipynb")


def gaming_copy_of_a_neighbor(folder, notebook):
    """Hands in a neighbor's answers with other names, comments and layout.

    must: the points stand, and the report names both: a person decides.
    expects: everything
    """
    renamed = {
        name: source.replace("flat", "out").replace("product", "result") + "\n# my own work\n"
        for name, source in LOOPS.items()
    }
    put(folder, dump(answer(notebook, renamed)))


def resources_blank_lines(folder, notebook):
    """Has a cell of a million blank lines, slow for a careless regular expression.

    must: the answers keep their points; reading is linear.
    expects: everything
    """
    notebook["cells"].insert(1, code("\n" * 1_000_000 + "x = 1"))
    put(folder, dump(notebook))


def resources_deep_code(folder, notebook):
    """Has cells nested and chained deeper than Python's parser can go.

    must: the answers keep their points; the cells fail.
    expects: everything
    """
    for source in ("(" * 20_000, "-" * 40_000 + "1", "+".join(["1"] * 20_000), "a" + ".b" * 20_000):
        notebook["cells"].insert(1, code(source))
    put(folder, dump(notebook))


def resources_file_of_brackets(folder, notebook):
    """Hands in 30 MB of brackets, which would take gigabytes as objects.

    must: refused before it is parsed.
    expects: ungradable
    """
    put(folder, b'{"cells": [' + b"[]," * 10_000_000 + b"[]]}")


def resources_file_too_large(folder, notebook):
    """Hands in a file over the limit.

    must: refused unread, with what to do.
    expects: ungradable
    """
    with (folder / "neuron.ipynb").open("wb") as file:
        file.truncate(MAX_BYTES + 1)


def resources_nested_file(folder, notebook):
    """Hands in a file nested a million deep.

    must: refused, with what to do.
    expects: ungradable
    """
    put(folder, b'{"cells": ' + b"[" * 1_000_000)


def odd_not_json(folder, notebook):
    """Hands in a Python script under the notebook's name.

    must: told what to hand in; never a silent zero.
    expects: ungradable
    """
    put(folder, b"import numpy as np\n")


def odd_cut_off(folder, notebook):
    """The upload broke off in the middle.

    must: told to hand in again; never a silent zero.
    expects: ungradable
    """
    put(folder, dump(notebook)[:4000])


def odd_empty_file(folder, notebook):
    """The file is empty.

    must: told to save and hand in again.
    expects: ungradable
    """
    put(folder, b"")


def odd_duplicated_cells(folder, notebook):
    """Every answer and every check is there twice.

    must: full points; the repair is told.
    expects: everything
    """
    cells = []
    for cell in notebook["cells"]:
        cells += [cell, copy.deepcopy(cell)] if grade_id(cell) else [cell]
    put(folder, dump(notebook | {"cells": cells}))


def odd_missing_checks(folder, notebook):
    """Every checking cell was deleted.

    must: full points; the last definition counts.
    expects: everything
    """
    cells = [cell for cell in notebook["cells"] if not grade_id(cell).startswith("test-")]
    put(folder, dump(notebook | {"cells": cells}))


def odd_retyped_cells(folder, notebook):
    """Answers were turned into text cells, and checks too.

    must: full points; the repair is told.
    expects: everything
    """
    for cell in notebook["cells"]:
        if grade_id(cell) in ("answer-softmax", "answer-relu", "test-relu"):
            cell["cell_type"] = "markdown"
            del cell["outputs"], cell["execution_count"]
    put(folder, dump(notebook))


def odd_stripped_cells(folder, notebook):
    """A tool removed all metadata and ids.

    must: full points; cells are recognized by their content.
    expects: everything
    """
    for cell in notebook["cells"]:
        cell["metadata"] = {}
        cell.pop("id", None)
    put(folder, dump(notebook))


def odd_split_cells(folder, notebook):
    """An answer was split into two cells with the same grading data.

    must: full points; both parts are read.
    expects: everything
    """
    place, cell = find(notebook, "answer-softmax")
    second = copy.deepcopy(cell)
    cell["source"] = "SCALE = 1.0"
    notebook["cells"].insert(place + 1, second)
    put(folder, dump(notebook))


def odd_byte_order_mark(folder, notebook):
    """Saved with a byte order mark and Windows line ends, inside and out.

    must: full points.
    expects: everything
    """
    text = json.dumps(notebook, indent=1).replace("\\n", "\\r\\n").replace("\n", "\r\n")
    put(folder, b"\xef\xbb\xbf" + text.encode())


def odd_utf_16(folder, notebook):
    """Saved as UTF-16.

    must: full points.
    expects: everything
    """
    put(folder, json.dumps(notebook).encode("utf-16"))


def odd_latin_1(folder, notebook):
    """Saved in an old encoding, so that some characters are not UTF-8.

    must: full points; the characters stand in a comment.
    expects: everything
    """
    notebook["cells"].insert(1, code("# na\xefve caf\xe9"))
    put(folder, json.dumps(notebook, ensure_ascii=False).encode("latin-1", "replace"))


def odd_old_format(folder, notebook):
    """Saved in notebook format 3, with worksheets and input.

    must: full points.
    expects: everything
    """
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["input"] = cell.pop("source")
    put(folder, dump({"nbformat": 3, "metadata": {}, "worksheets": [{"cells": notebook["cells"]}]}))


def odd_new_format(folder, notebook):
    """Saved in a format that does not exist yet, with megabytes for a number.

    must: full points; the record stays short.
    expects: everything
    """
    put(folder, dump(notebook | {"nbformat": "5" * 3_000_000, "news": [{"cells": 1}]}))


def odd_surrogates(folder, notebook):
    """Half surrogate pairs and NULs in the code, in the names of cells and in an error.

    must: full points; the records stay readable.
    expects: everything
    """
    cell = code("# \ud800 \x00\nraise ValueError('\\ud800')")
    cell["id"] = cell["metadata"]["nbgrader"] = "\ud800"
    other = code("1 / 0")
    other["id"] = "x" * 1_000_000
    notebook["cells"][1:1] = [cell, other]
    put(folder, json.dumps(notebook).encode())


def odd_file_name(folder, notebook):
    """Handed in under a name with blanks, umlauts and markup.

    must: full points; the only notebook in the folder counts.
    expects: everything
    """
    put(folder, dump(notebook), "neuron (1) f\xfcr <b> =1+1.ipynb")


def odd_huge_outputs(folder, notebook):
    """Twenty megabytes of pictures and prints are saved with the notebook.

    must: full points; outputs are not looked at.
    expects: everything
    """
    text = "0.5, [1, 2], {3: 4}\n" * 1_000_000
    output = {"output_type": "stream", "name": "stdout", "text": text}
    find(notebook, "answer-relu")[1]["outputs"] = [output]
    put(folder, dump(notebook))


def odd_other_files(folder, notebook):
    """Backups, hidden files and a folder lie beside the notebook.

    must: full points; the notebook of the released name counts.
    expects: everything
    """
    (folder / ".ipynb_checkpoints").mkdir()
    put(folder / ".ipynb_checkpoints", b"{}", "neuron-checkpoint.ipynb")
    put(folder, b"{}", "neuron-old.ipynb")
    put(folder, dump(notebook))


NEIGHBORS = {
    "neighbor-as-taught": lambda: dump(load()),
    "neighbor-in-loops": lambda: dump(answer(load(), LOOPS)),
    "neighbor-half-right": lambda: dump(
        answer(load(), {"softmax": "def softmax(z):\n    e = np.exp(z)\n    return e / e.sum()"})
    ),
    "neighbor-blank": lambda: RELEASE.read_bytes(),
}
