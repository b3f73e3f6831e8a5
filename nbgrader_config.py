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
