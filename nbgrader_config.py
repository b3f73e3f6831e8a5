"""nbgrader's settings: this directory is a course (see the README)."""

c = get_config()  # noqa: F821 - nbgrader puts it there

c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
# The Markdown sources hold the answers: `nbgrader generate_assignment` must not copy them.
c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback", "*.md"]
