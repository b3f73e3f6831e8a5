"""Every sentence that a student can read: kind, to the point, and never the answer itself."""

import ast
import inspect
import re

import pytest
from notebooks import load, path_of

from dlcourse.grading.card import Card
from dlcourse.grading.messages import GROUPS, Message, _is_sentence, messages, said, teachers
from dlcourse.grading.spec import TaskResult
from dlcourse.grading.tasks import UNITS

TEACHERS = list(teachers())
#: What the notebooks call things: a sentence may begin with it.
LETTERS = {
    name
    for unit in UNITS
    for task in unit.tasks
    for name in inspect.signature(task.reference).parameters
}
GENERAL = [message for group in GROUPS for message in messages(group)]
EVERY = [
    *(pytest.param(says, id=f"{task.name}-{name}") for task, name, says in TEACHERS),
    *(pytest.param(one.text, id=f"{one.place}-{one.text[:40]}") for one in GENERAL),
]

#: Words that blame, and words that make what is hard for the reader sound small.
BLAME = "|".join(
    [
        "!",
        "you('ve| have)? (fail|forgot|misunderst)",
        "you should( not)? have",
        "you (can|did)( not|n't)",
        "(?<!not )your fault",
        "wrong again|stupid|silly|careless|sloppy|lazy|nonsense|hopeless",
    ]
)
BELITTLE = (
    r"\b(just|simply|simple|obvious|obviously|clearly|of course|trivial|easy|easily|merely)\b"
)

#: A sentence that begins like this says what to do before it says what happened.
ORDERS = re.compile(
    "(Add|Apply|Call|Change|Check|Compare|Compute|Divide|Do|Fix|Look|Make|Move|Multiply|Put|Read|"
    "Remember|Remove|Replace|Return|See|Square|Subtract|Sum|Take|Think|Try|Use|Write) "
)


@pytest.mark.parametrize("text", EVERY)
def test_it_does_not_blame_and_does_not_belittle(text):
    assert not re.search(BLAME, text, re.IGNORECASE)
    assert not re.search(BELITTLE, text, re.IGNORECASE)


@pytest.mark.parametrize(
    "text",
    [
        "You failed to add the bias.",
        "Wrong again!",
        "This is your fault.",
        "Just add the bias.",
        "Obviously a sign is missing.",
    ],
)
def test_unkind_sentences_would_be_noticed(text):
    assert re.search(BLAME, text, re.I) or re.search(BELITTLE, text, re.I)


@pytest.mark.parametrize(
    ("task", "name", "says"), [pytest.param(*row, id=f"{row[0].name}-{row[1]}") for row in TEACHERS]
)
def test_a_teacher_says_what_happened_first(task, name, says):
    first = says.split()[0].removeprefix("d_")
    assert says[0].isupper() or first in ("tanh", "cosh", "x[i]") or first in LETTERS
    assert not ORDERS.match(says)
    for sentence in re.split(r"(?<=[.?:;]) ", says):
        assert len(sentence.split()) <= 30, "one thought a sentence"


def expressions(unit):
    """What the answers compute, by task: every expression with something to give away."""
    cells = load(path_of(unit, "solutions"))["cells"]
    found = {}
    for cell in cells:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
        if name.startswith("answer-"):
            code = "".join(cell["source"]).split("### BEGIN SOLUTION")[1]
            tree = ast.parse("def f():\n" + code)
            found[name[7:]] = {
                squeezed(ast.unparse(node))
                for node in ast.walk(tree)
                if isinstance(node, ast.BinOp | ast.Call | ast.Compare | ast.Subscript)
            }
    return found


def squeezed(text):
    return re.sub(r"[\s`]", "", text)


def shown(unit):
    """What the students' notebook tells everybody."""
    cells = load(path_of(unit, "exercises"))["cells"]
    return squeezed("".join("".join(cell["source"]) for cell in cells))


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_no_sentence_gives_the_answer(unit):
    """No expression of a solution is told that the notebook does not tell anyway."""
    computed, known, found = expressions(unit), shown(unit), set()
    for task in unit.tasks:
        secret = {one for one in computed[task.name] if len(one) > 4 and one not in known}
        found |= secret
        for misconception in task.misconceptions:
            told = [one for one in secret if one in squeezed(misconception.says)]
            assert told == [], misconception.name
    assert len(found) >= len(unit.tasks)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_the_section_to_read_is_named(unit):
    for task in unit.tasks:
        page, _, anchor = task.section.partition("#sec-")
        assert re.fullmatch(r"[a-z-]+\.html", page)
        assert re.fullmatch(r"[a-z0-9-]+", anchor)
        missed = TaskResult(task.name, (), task.section)
        assert f"({task.section})" in repr(Card(missed)) or missed.passed


# ---- the page is complete


def on_the_page(text, known):
    """Whether a text is said on the page; errors of Python and NumPy speak for themselves."""
    if not _is_sentence(text) or re.match(r"[A-Z]\w*(Error|Exit|Interrupt|Exception)\b", text):
        return True
    return any(message.matches(text) for message in known)


def test_what_wrong_answers_are_told_is_on_the_page():
    teachers_say = [Message(says, "tasks") for *_, says in TEACHERS]
    missing = [text for text in said() if not on_the_page(text, [*GENERAL, *teachers_say])]
    assert missing == []


def test_what_a_class_is_told_is_on_the_page(sample_class):
    *_, verdicts = sample_class
    known = [*GENERAL, *(Message(says, "tasks") for *_, says in TEACHERS)]
    texts = set()
    for verdict in verdicts.values():
        texts |= {verdict["reason"], *verdict["repairs"], *verdict["flags"]}
        texts |= {cell["error"] for cell in verdict["cells"]}
        for task in verdict["tasks"]:
            texts |= {task["message"]} | {c["came"] for c in task["criteria"]}
            texts |= {c["remark"] for c in task["criteria"]}
    assert len(texts) > 40
    assert [text for text in texts if not on_the_page(text, known)] == []


def test_a_sentence_that_no_module_says_would_be_missed():
    assert not on_the_page("the moon came where the sun is wanted for no reason", GENERAL[:17])
    assert not on_the_page("somebody said something new here", GENERAL)
