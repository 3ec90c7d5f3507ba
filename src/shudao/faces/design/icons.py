"""Small line drawings of our own, 24 × 24, drawn in the text's colour."""

from __future__ import annotations

ICONS = {
    "person": '<circle cx="12" cy="8" r="4"/><path d="M4 21c0-4.4 3.6-7 8-7s8 2.6 8 7"/>',
    "company": '<path d="M4 21V5l9-2v18M13 9h7v12M2 21h20M7 8h3M7 12h3M7 16h3M16 13h1M16 17h1"/>',
    "department": '<path d="M12 3 3 8h18zM5 8v10M10 8v10M14 8v10M19 8v10M3 21h18M4 18h16"/>',
    "search": '<circle cx="10.5" cy="10.5" r="6.5"/><path d="m15.5 15.5 5.5 5.5"/>',
    "track": '<path d="M12 21s7-6.2 7-11.5A7 7 0 0 0 5 9.5C5 14.800 12 21 12 21z"/><circle cx="12" cy="9.500" r="2.500"/>',
    "place": '<path d="M12 21s7-6.2 7-11.5A7 7 0 0 0 5 9.5C5 14.800 12 21 12 21z"/><circle cx="12" cy="9.500" r="2.500"/>',
    "progress": '<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3.500 2.500"/>',
    "case": '<path d="M6 3h9l4 4v14H6zM15 3v4h4M9 12h7M9 16h7"/>',
    "draft": '<path d="M5 20h14M6 16.500 16.500 6l2 2L8 18.500l-2.500.500z"/>',
    "licence": '<rect x="3" y="5" width="18" height="14" rx="2"/><circle cx="8.500" cy="11" r="2"/><path d="M5.500 16c.5-1.800 5.500-1.800 6 0M14.500 10H18M14.500 13.500H18"/>',
    "message": '<path d="M4 5h16v11H9l-5 4z"/>',
    "star": '<path d="m12 3 2.700 5.700 6.300.8-4.600 4.300 1.200 6.200L12 17l-5.600 3 1.200-6.200L3 9.500l6.300-.8z"/>',
    "data": '<ellipse cx="12" cy="6" rx="7.500" ry="3"/><path d="M4.500 6v12c0 1.700 3.400 3 7.500 3s7.500-1.300 7.500-3V6M4.500 12c0 1.700 3.400 3 7.500 3s7.500-1.300 7.500-3"/>',
    "birth": '<circle cx="12" cy="9" r="5"/><path d="M10 9h.01M14 9h.01M10.500 11.500c1 .8 2 .8 3 0M12 4c0-1.500 2-1.500 2-.2M5 21c1-4 4-5 7-5s6 1 7 5"/>',
    "school": '<path d="m12 4 10 5-10 5L2 9zM6 11v5c3 2.500 9 2.500 12 0v-5M22 9v6"/>',
    "work": '<rect x="3" y="8" width="18" height="12" rx="1.500"/><path d="M9 8V5h6v3M3 13h18M12 12v2"/>',
    "marriage": '<path d="M12 20S4 15.500 4 9.500C4 6.500 6.200 5 8.200 5c1.800 0 3.100 1 3.800 2.500C12.700 6 14 5 15.800 5c2 0 4.200 1.500 4.200 4.500C20 15.500 12 20 12 20z"/>',
    "house": '<path d="m3 11 9-7 9 7M5.500 9.500V20h13V9.500M10 20v-6h4v6"/>',
    "health": '<path d="M9 4h6v5h5v6h-5v5H9v-5H4V9h5z"/>',
    "insurance": '<path d="M12 3 4 6v6c0 5 3.500 7.700 8 9 4.500-1.300 8-4 8-9V6zM8.500 12l2.500 2.500 4.500-4.500"/>',
    "elder": '<circle cx="11" cy="5" r="2.500"/><path d="M11 8v6l-3 7M11 14l4 7M11 10l4 3M18 12v9M18 12c0-1.500-1-2-2-1.500"/>',
    "car": '<path d="M3 16v-4l2-5.500h14L21 12v4zM3 12h18M5 16v3M19 16v3"/><path d="M7 14h.01M17 14h.01"/>',
    "food": '<path d="M4 11h16a8 8 0 0 1-16 0zM9 20h6M8 8c0-2 2-2 2-4M13 8c0-2 2-2 2-4"/>',
    "travel": '<path d="M3 13l18-7-6 14-3.500-5.500z"/>',
    "tax": '<path d="M5 3h14v18l-3.500-2L12 21l-3.500-2L5 21zM9 8l3 4 3-4M12 12v4M9.500 13.500h5"/>',
    "farm": '<path d="M12 21V10M12 10c0-4 3-6 8-6 0 5-3 7-8 7M12 14c0-3-2.500-5-7-5 0 4 3 6 7 6"/>',
    "law": '<path d="M12 4v16M7 20h10M5 7h14M5 7l-3 7h6zM19 7l-3 7h6z"/>',
    "help": '<circle cx="12" cy="12" r="9"/><path d="M9.500 9.500c0-3 5-3 5 0 0 2-2.500 2-2.500 4M12 17h.01"/>',
    "clock": '<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3.500 2.500"/>',
    "shield": '<path d="M12 3 4 6v6c0 5 3.500 7.700 8 9 4.500-1.300 8-4 8-9V6z"/>',
    "chart": '<path d="M4 20h17M7 20v-7M12 20V5M17 20v-10"/>',
}


def svg(name: str) -> str:
    """Return the drawing as inline SVG that readers skip; an unknown name gives the sheet of paper."""
    return (
        '<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.7" stroke-linecap="round" '
        f'stroke-linejoin="round" aria-hidden="true" focusable="false">{ICONS.get(name, ICONS["case"])}</svg>'
    )
