"""The drawings of the manuals, in points; each returns a reportlab Drawing."""

from collections.abc import Callable

from reportlab.graphics.shapes import Circle, Drawing, Group, Line, Polygon, PolyLine, Rect, String
from reportlab.lib.colors import Color, HexColor, white

INK = HexColor("#1d2733")
STEEL = HexColor("#c9d3da")
DARK = HexColor("#8496a3")
WATER = HexColor("#bfe0ec")
RED = HexColor("#b3261e")

# Of the hydraulic circuit: lines as (x, y, x, y), labels as (left, bottom, text).
_PIPES = (
    (60, 40, 60, 180),
    (60, 180, 390, 180),
    (350, 180, 350, 150),
    (350, 130, 350, 36),
    (150, 180, 150, 140),
    (150, 104, 150, 58),
    (290, 180, 290, 156),
    (390, 180, 390, 86),
    (390, 52, 390, 36),
    (390, 36, 330, 36),
    (296, 36, 245, 36),
    (205, 180, 205, 196),
)
_CIRCUIT_LABELS = (
    (82, 96, "主泵 45 mL/r"),
    (66, 156, "压力滤油器"),
    (172, 118, "卸荷阀 YV1"),
    (217, 198, "压力传感器 BP1"),
    (226, 84, "蓄能器 10 L / 9 MPa"),
    (366, 138, "BV-3"),
    (412, 66, "换向阀"),
    (340, 20, "冷却器"),
    (250, 62, "冷却水来自 P-101"),
)

# Label of a balloon: its tip and its place.
_PUMP_BALLOONS = {
    "1": ((60, 130), (40, 170)),
    "2": ((128, 140), (150, 202)),
    "3": ((181, 114), (188, 186)),
    "4": ((158, 40), (184, 20)),
    "5": ((225, 127), (226, 186)),
    "6": ((323, 127), (324, 186)),
    "7": ((280, 104), (280, 66)),
    "8": ((383, 120), (392, 168)),
}


def _box(left: float, bottom: float, width: float, height: float, fill: Color = STEEL) -> Rect:
    """A filled rectangle with a dark outline."""
    return Rect(left, bottom, width, height, fillColor=fill, strokeColor=INK, strokeWidth=0.8)


def _text(left: float, bottom: float, text: str, font: str = "Plant", size: float = 8) -> String:
    """A label."""
    return String(left, bottom, text, fontName=font, fontSize=size, fillColor=INK)


def _balloon(label: str, tip: tuple[float, float], at: tuple[float, float]) -> Group:
    """A numbered balloon at `at` with a line to `tip`."""
    return Group(
        Line(*tip, *at, strokeColor=INK, strokeWidth=0.6),
        Circle(*tip, 1.6, fillColor=INK, strokeColor=INK),
        Circle(*at, 8, fillColor=white, strokeColor=INK, strokeWidth=0.9),
        String(
            at[0], at[1] - 3, label, fontName="PlantBold", fontSize=8.5, textAnchor="middle", fillColor=INK
        ),
    )


def _bearing(left: float, axis: float, gap: float, width: float = 22) -> Group:
    """A ball bearing in section, above and below the axis; `gap` is the shaft's half height."""
    group = Group()
    for bottom in (axis + gap, axis - gap - 26):
        group.add(_box(left, bottom, width, 26, white))
        group.add(
            Circle(left + width / 2, bottom + 13, 7.5, fillColor=STEEL, strokeColor=INK, strokeWidth=0.8)
        )
    return group


def _axis(first: float, last: float, height: float) -> Line:
    """A centre line."""
    return Line(first, height, last, height, strokeColor=RED, strokeWidth=0.5, strokeDashArray=[9, 2, 2, 2])


def pump_section() -> Drawing:
    """The pump cut along its shaft."""
    drawing = Drawing(460, 215)
    axis = 100
    volute = [
        30,
        60,
        96,
        60,
        96,
        18,
        128,
        10,
        152,
        24,
        152,
        178,
        116,
        190,
        116,
        205,
        76,
        205,
        76,
        140,
        30,
        140,
    ]
    drawing.add(Polygon(volute, fillColor=WATER, strokeColor=INK, strokeWidth=1.4))
    impeller = [96, 84, 108, 84, 120, 46, 140, 38, 140, 162, 120, 154, 108, 116, 96, 116]
    drawing.add(Polygon(impeller, fillColor=STEEL, strokeColor=INK, strokeWidth=0.9))
    drawing.add(_box(152, 24, 12, 154, DARK))
    drawing.add(_box(168, 80, 26, 40, HexColor("#e6c9a8")))
    for bottom in (42, 140):
        drawing.add(_box(206, bottom, 138, 18))
    drawing.add(_box(230, 6, 30, 36))
    for left in (214, 312):
        drawing.add(_bearing(left, axis, 14))
    drawing.add(_box(130, axis - 10, 262, 20, HexColor("#e7edf1")))
    drawing.add(_box(370, 72, 26, 56, DARK))
    drawing.add(_box(396, 90, 52, 20))
    drawing.add(_axis(14, 456, axis))
    drawing.add(_text(2, 118, "suction"))
    drawing.add(_text(80, 208, "discharge"))
    for label, (tip, at) in _PUMP_BALLOONS.items():
        drawing.add(_balloon(label, tip, at))
    return drawing


def pump_curve() -> Drawing:
    """Head and required NPSH over flow."""
    drawing = Drawing(430, 190)
    left, bottom, per_flow, per_head = 46, 30, 4.3, 2.5
    for flow in range(0, 91, 10):
        x = left + flow * per_flow
        drawing.add(Line(x, bottom, x, bottom + 150, strokeColor=STEEL, strokeWidth=0.5))
        drawing.add(_text(x - 4, bottom - 12, str(flow)))
    for head in range(0, 61, 10):
        y = bottom + head * per_head
        drawing.add(Line(left, y, left + 387, y, strokeColor=STEEL, strokeWidth=0.5))
        drawing.add(_text(left - 16, y - 3, str(head)))
    # A parabola through the shut-off head of 53 m and the rated point of 42 m at 60 m³/h.
    points: list[float] = []
    for flow in range(0, 86, 5):
        points += [left + flow * per_flow, bottom + (53 - 11 * (flow / 60) ** 2) * per_head]
    drawing.add(PolyLine(points, strokeColor=HexColor("#0f4c5c"), strokeWidth=1.8))
    for flow in (12, 75):
        x = left + flow * per_flow
        drawing.add(Line(x, bottom, x, bottom + 150, strokeColor=RED, strokeWidth=1, strokeDashArray=[4, 3]))
        drawing.add(_text(x + 3, bottom + 6, f"{'min.' if flow == 12 else 'max.'} {flow} m³/h"))
    rated = (left + 60 * per_flow, bottom + 42 * per_head)
    drawing.add(Circle(*rated, 3.5, fillColor=RED, strokeColor=RED))
    drawing.add(_text(rated[0] - 92, rated[1] - 14, "rated 60 m³/h, 42 m"))
    drawing.add(_text(2, bottom + 156, "H in m"))
    drawing.add(_text(left + 350, 4, "Q in m³/h"))
    return drawing


def spindle_section() -> Drawing:
    """The motor spindle cut along its axis."""
    drawing = Drawing(470, 190)
    axis = 95
    drawing.add(_box(70, axis - 62, 250, 124, HexColor("#e7edf1")))
    for bottom in (axis + 46, axis - 56):
        drawing.add(_box(120, bottom, 180, 10, WATER))
    for bottom in (axis + 22, axis - 42):
        drawing.add(_box(170, bottom, 110, 20, HexColor("#e0b084")))
    for left in (92, 118):
        drawing.add(_bearing(left, axis, 20))
    drawing.add(_bearing(292, axis, 20))
    drawing.add(_box(78, axis - 18, 270, 36))
    drawing.add(_box(108, axis - 7, 250, 14, DARK))
    for left in range(180, 290, 8):
        drawing.add(Line(left, axis - 13, left + 4, axis + 13, strokeColor=INK, strokeWidth=1.2))
    taper = [28, axis - 24, 70, axis - 24, 78, axis - 16, 108, axis - 10]
    taper += [108, axis + 10, 78, axis + 16, 70, axis + 24, 28, axis + 24]
    drawing.add(Polygon(taper, fillColor=HexColor("#f2d98d"), strokeColor=INK, strokeWidth=0.9))
    drawing.add(_box(348, axis - 46, 64, 92))
    drawing.add(_box(356, axis - 30, 12, 60, DARK))
    drawing.add(_axis(8, 440, axis))
    balloons = {
        "1": ((42, axis + 18), (26, 172)),
        "2": ((104, axis + 4), (74, 12)),
        "3": ((116, axis + 34), (106, 178)),
        "4": ((160, axis + 51), (166, 178)),
        "5": ((225, axis + 32), (226, 178)),
        "6": ((230, axis - 4), (230, 12)),
        "7": ((388, axis + 20), (400, 172)),
        "8": ((303, axis + 34), (300, 178)),
    }
    for label, (tip, at) in balloons.items():
        drawing.add(_balloon(label, tip, at))
    return drawing


def runout() -> Drawing:
    """The test bar in the taper with two dial gauges."""
    drawing = Drawing(430, 130)
    axis = 46
    drawing.add(_box(12, axis - 34, 74, 68))
    drawing.add(_box(86, axis - 24, 12, 48, DARK))
    drawing.add(_box(98, axis - 11, 286, 22, HexColor("#f2d98d")))
    drawing.add(_axis(4, 410, axis))
    for x, label, limit in ((116, "A", "≤ 0.003 mm"), (366, "B", "≤ 0.010 mm")):
        drawing.add(Line(x, axis + 11, x, axis + 34, strokeColor=INK, strokeWidth=1.4))
        drawing.add(Circle(x, axis + 48, 14, fillColor=white, strokeColor=INK, strokeWidth=1.2))
        drawing.add(Line(x, axis + 48, x + 7, axis + 56, strokeColor=RED, strokeWidth=1.1))
        drawing.add(_text(x - 3, axis + 68, label, "PlantBold", 10))
        drawing.add(_text(x + 18, axis + 44, limit))
    drawing.add(Line(116, 18, 366, 18, strokeColor=INK, strokeWidth=0.6))
    for x in (116, 366):
        drawing.add(Line(x, 12, x, 32, strokeColor=INK, strokeWidth=0.6))
    drawing.add(_text(222, 6, "250 mm"))
    return drawing


def hydraulic_circuit() -> Drawing:
    """The hydraulic power unit as a circuit; labels in Chinese."""
    drawing = Drawing(450, 215)
    drawing.add(Rect(20, 12, 250, 46, fillColor=HexColor("#f3e6c4"), strokeColor=INK, strokeWidth=1.2))
    drawing.add(_text(120, 22, "油箱 250 L", "PlantHan", 9))
    for pipe in _PIPES:
        drawing.add(Line(*pipe, strokeColor=INK, strokeWidth=1.4))
    drawing.add(Circle(60, 100, 17, fillColor=white, strokeColor=INK, strokeWidth=1.2))
    drawing.add(Polygon([60, 117, 54, 106, 66, 106], fillColor=INK, strokeColor=INK))
    drawing.add(Polygon([75, 180, 88, 191, 101, 180, 88, 169], fillColor=white, strokeColor=INK))
    drawing.add(Line(88, 169, 88, 191, strokeColor=INK, strokeDashArray=[3, 2]))
    drawing.add(_box(133, 104, 34, 36, white))
    drawing.add(Rect(278, 100, 24, 56, rx=11, ry=11, fillColor=WATER, strokeColor=INK, strokeWidth=1.1))
    drawing.add(Line(278, 128, 302, 128, strokeColor=INK))
    drawing.add(Circle(205, 202, 7, fillColor=white, strokeColor=INK))
    drawing.add(_box(340, 130, 20, 20, white))
    drawing.add(_box(374, 52, 32, 34, white))
    drawing.add(Polygon([313, 53, 330, 36, 313, 19, 296, 36], fillColor=white, strokeColor=INK))
    for left, bottom, text in _CIRCUIT_LABELS:
        drawing.add(_text(left, bottom, text, "PlantHan", 8.5))
    return drawing


FIGURES: dict[str, Callable[[], Drawing]] = {
    "pump_section": pump_section,
    "pump_curve": pump_curve,
    "spindle_section": spindle_section,
    "runout": runout,
    "hydraulic_circuit": hydraulic_circuit,
}
