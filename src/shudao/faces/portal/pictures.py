"""Which drawing stands for a theme, a life event or a business line."""

from __future__ import annotations

THEMES = {
    "01": "marriage", "02": "farm", "03": "school", "04": "house", "05": "work", "06": "licence", "07": "insurance",
    "08": "tax", "09": "health", "10": "travel", "11": "travel", "12": "person", "13": "department", "14": "farm",
    "15": "elder", "16": "company", "17": "shield", "18": "chart", "19": "house", "20": "travel", "21": "shield",
    "22": "company", "23": "department", "24": "case",
}  # fmt: skip
EVENTS = {
    "newborn": "birth", "school": "school", "job": "work", "marriage": "marriage", "house": "house", "move": "travel",
    "vehicle": "car", "illness": "health", "disability": "insurance", "veteran": "shield", "retirement": "elder",
    "elderly": "elder", "farewell": "case", "company-setup": "company", "operate": "chart",
}  # fmt: skip
KINDS = {
    "ga": "shield", "mz": "marriage", "wj": "health", "jy": "school", "rs": "work", "yb": "insurance", "gjj": "house",
    "zr": "place", "zj": "house", "sc": "company", "jt": "car", "cl": "insurance", "tj": "shield", "sw": "tax",
    "ny": "farm", "wl": "travel", "yj": "shield", "fg": "chart", "kj": "chart", "sf": "law", "st": "farm", "lc": "farm",
    "sl": "farm", "zf": "department", "cun": "house", "sj": "data", "zw": "department",
}  # fmt: skip
BUSINESS_EVENTS = ("company-setup", "operate")
