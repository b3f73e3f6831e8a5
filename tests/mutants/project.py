"""Unit 7: what the course promises, and wrong answers that a single criterion sees."""

import numpy as np

TASKS = ["train", "predict", "confusion_matrix"]
FREE_TEXT = ["diagnose"]
POINTS = 35

#: Tasks whose criteria share a training run; test_project.py proves each of them.
PROVED_ELSEWHERE = ["train", "predict"]

#: Calls that only one criterion makes.
ONLY = {
    "confusion_matrix.values": lambda y_true, y_pred, k: k == 3,
    "absent": lambda y_true, y_pred, k: len(np.unique([*y_true, *y_pred])) < k,
}
