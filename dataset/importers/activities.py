"""The activities that CASAS and van Kasteren annotate, by the names that the catalogue has for them."""

import re

CATALOGUE_NAMES = {
    "bathe": "bathe", "bathing": "bathe",
    "bed_to_toilet": "use_toilet", "bed_toilet_transition": "use_toilet",
    "cook": "cook", "cook_breakfast": "breakfast", "dress": "get_dressed", "dressing": "get_dressed",
    "eat": "eat", "eating": "eat", "enter_home": "come_home", "exercise": "exercise", "go_to_bed": "sleep",
    "housekeeping": "clean", "laundry": "laundry", "leave_home": "leave_home", "leave_house": "away",
    "meal_preparation": "cook", "nap": "nap", "other": "", "other_activity": "", "phone": "call_someone",
    "prep_breakfast": "breakfast", "prep_dinner": "cook", "read": "read", "relax": "relax",
    "shower": "shower", "sleep": "sleep", "sleeping": "sleep", "study": "study", "take_shower": "shower",
    "toilet": "use_toilet", "use_toilet": "use_toilet", "wash_dishes": "dishes",
    "watch_tv": "watch_television", "work": "work_from_home",
}  # fmt: skip
"""What has no counterpart keeps its own name; an annotator's 'other' says nothing."""


def activity_name(annotated: str) -> str:
    """'Meal_Preparation' -> 'cook'; 'brush-teeth' -> 'brush_teeth'."""
    name = re.sub(r"\W+", "_", annotated.strip()).strip("_").lower()
    return CATALOGUE_NAMES.get(name, name)
