"""nbgrader's settings: this directory is a course (see the README)."""

c = get_config()  # noqa: F821 - nbgrader puts it there

c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
# The Markdown sources hold the answers: `nbgrader generate_assignment` must not copy them.
c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback", "*.md"]

# `nbgrader autograde` and `nbgrader generate_feedback`, typed or by formgrader's buttons, do what
# `dlcourse grade` and `dlcourse feedback` do: marks come from the sandbox, pages are our own.
c.Autograde.exporter_class = "dlcourse.grading.nbgrader_plugins.MarkedNotebook"
c.Autograde.pre_convert_hook = "dlcourse.grading.nbgrader_plugins.prepare"
c.GenerateFeedback.exporter_class = "dlcourse.grading.nbgrader_plugins.FeedbackPage"

# Late submissions: what is taken off, in percent of the points obtained, for each day that has
# begun since the due date (`nbgrader db assignment add 1-neuron --duedate="2026-03-01 23:59 UTC"`).
# As it is set here nothing is taken off; `per_day = 10` would take 10 %.
c.AssignLatePenalties.plugin_class = "dlcourse.grading.late.LatePolicy"
c.LatePolicy.per_day = 0
