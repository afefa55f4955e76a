"""The topics of the question bank: the headings below which questions are found."""

from .bank import LEVELS, Question, load

TOPICS: dict[str, tuple[str, tuple[str, ...]]] = {
    # page: title, chapters or whole parts; a chapter that is named counts before its part
    "foundations": ("Foundations", ("foundations",)),
    "momentum": ("Momentum", ("momentum",)),
    "adaptive": ("Adaptive methods", ("adaptive",)),
    "adam": ("Adam and its family", ("adam",)),
    "decay": ("Weight decay, parameter groups", ("adam/decoupled_decay", "practice/parameter_groups")),
    "schedules": ("Schedules", ("practice/schedules",)),
    "clipping": ("Clipping and stability", ("practice/clipping",)),
    "batch": ("Batch size", ("practice/batch_size", "modern/lars_lamb")),
    "memory": (
        "Memory, precision, speed",
        ("practice/memory", "practice/mixed_precision", "practice/speed", "modern/adafactor"),
    ),
    "distributed": ("Many devices", ("practice/sharding",)),
    "large_models": ("Training large models", ("large_models",)),
    "modern": ("Modern and second-order methods", ("modern", "classical")),
    "coding": ("API and coding", ("practice/training_step", "interview/write_it")),
    "experiments": (
        "Experiments, choices, debugging",
        tuple(f"practice/{c}" for c in ("sensitivity", "sgd_or_adam", "choosing", "trouble", "instruments", "design")),
    ),
}


def topic_of(question: Question) -> str:
    """The page that a question stands on."""
    for place in (question.chapter, question.chapter.split("/")[0]):
        for page, (_, places) in TOPICS.items():
            if place in places:
                return page
    raise ValueError(f"question {question.id!r} of chapter {question.chapter!r} belongs to no topic")


def of_topic(page: str) -> list[Question]:
    """Questions of a page, from basic to staff."""
    found = [q for q in load() if topic_of(q) == page]
    return sorted(found, key=lambda q: LEVELS.index(q.level))
