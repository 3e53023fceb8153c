"""How units are spelled, in English and Chinese; `units.py` reads it."""

# One unit a line: Pint's expression | family | spellings. A family sets apart what has the same dimension
# but another meaning: a torque is no energy, apparent power is no power. Units of one line are the same unit.
TABLE = """
newton*meter | torque | Nm; N·m; N.m; N-m; N*m; N m; newton metre; newton meter; newton-metre; 牛·米
newton*meter | torque | 牛米; 牛顿米; 牛顿·米
newton*centimeter | torque | Ncm; N·cm; N.cm; 牛·厘米; 牛厘米
newton*millimeter | torque | Nmm; N·mm; N.mm
kilonewton*meter | torque | kNm; kN·m; kN.m; 千牛·米; 千牛米
kilogram_force*meter | torque | kgf·m; kgf.m; kgfm
kilogram_force*centimeter | torque | kgf·cm; kgf.cm
pound_force*foot | torque | lbf·ft; lbf ft; lb·ft; lb-ft; lb ft; ft·lb; ft-lb; ft lb
pound_force*foot | torque | ft-lbf; ft·lbf; ft lbs; foot-pound; foot pound
pound_force*inch | torque | lbf·in; lb·in; lb-in; in·lb; in-lb; in lb; in-lbf; inch-pound; inch pound
newton | | N; newton; 牛; 牛顿
kilonewton | | kN; 千牛
kilogram_force | | kgf; kilogram-force; 公斤力
pound_force | | lbf
meter | | m; metre; meter; 米
kilometer | | km; kilometre; kilometer; 千米; 公里
centimeter | | cm; centimetre; centimeter; 厘米
millimeter | | mm; millimetre; millimeter; 毫米
micrometer | | μm; um; micron; micrometre; micrometer; 微米
hundredth_millimeter | | 丝; 丝米
nanometer | | nm; 纳米
inch | | inch; inches; 英寸
foot | | ft; foot; feet; 英尺
meter**2 | | square metre; square meter; 平方米
centimeter**2 | | 平方厘米
millimeter**2 | | square millimetre; square millimeter; 平方毫米
meter**3 | | cubic metre; cubic meter; 立方米
centimeter**3 | | cc; ccm; 立方厘米
liter | | l; L; litre; liter; 升
milliliter | | ml; mL; millilitre; milliliter; 毫升
gallon | | gal; gallon; 加仑
gram | | g; gram; gramme; 克
kilogram | | kg; kilogram; kilo; 千克; 公斤
milligram | | mg; milligram; 毫克
metric_ton | | t; tonne; 吨
pound | | lb; lbs; pound; 磅
ounce | | oz; ounce; 盎司
second | | s; sec; second; 秒; 秒钟
millisecond | | ms; msec; millisecond; 毫秒
microsecond | | μs; us; microsecond; 微秒
nanosecond | | ns; nanosecond; 纳秒
minute | | min; mins; minute; 分钟
hour | | h; hr; hrs; hour; 小时; 个小时; 工时; 钟头; 个钟头
day | | d; day; 天; 昼夜
week | | week; 周; 星期; 个星期
month | | month; 个月
year | | year; yr
volt | | V; volt; VDC; VAC; V DC; V AC; Vdc; Vac; 伏; 伏特
kilovolt | | kV; kilovolt; 千伏
millivolt | | mV; millivolt; 毫伏
ampere | | A; amp; ampere; 安; 安培
milliampere | | mA; milliamp; milliampere; 毫安
microampere | | μA; uA; 微安
kiloampere | | kA; 千安
watt | | W; watt; 瓦; 瓦特
kilowatt | | kW; kilowatt; 千瓦
megawatt | | MW; megawatt; 兆瓦
milliwatt | | mW; milliwatt; 毫瓦
horsepower | | hp; horsepower; 马力
volt*ampere | apparent power | VA; 伏安
kilovolt*ampere | apparent power | kVA; 千伏安
volt*ampere | reactive power | var; Var
kilovolt*ampere | reactive power | kvar; kVar; kVAr
joule | energy | J; joule; 焦耳
kilojoule | energy | kJ; 千焦
kilowatt*hour | energy | kWh; kW·h; kilowatt hour; kilowatt-hour; 千瓦时; 度电
watt*hour | energy | Wh; W·h
ampere*hour | | Ah; A·h; 安时
milliampere*hour | | mAh; 毫安时
ohm | | Ω; ohm; 欧; 欧姆
kiloohm | | kΩ; kohm; kilohm; 千欧
megaohm | | MΩ; Mohm; megohm; 兆欧
milliohm | | mΩ; 毫欧
farad | | farad; 法拉
microfarad | | μF; uF; 微法
nanofarad | | nF
picofarad | | pF
henry | | H; henry; 亨
millihenry | | mH; 毫亨
hertz | frequency | Hz; hertz; 赫; 赫兹
kilohertz | frequency | kHz; kilohertz; 千赫; 千赫兹
megahertz | frequency | MHz; megahertz; 兆赫; 兆赫兹
gigahertz | frequency | GHz; gigahertz
revolution/minute | rotation | rpm; r/min; rev/min; 1/min; min-1; RPM; revolutions per minute
revolution/minute | rotation | 转/分; 转/分钟; 转每分; 转每分钟
revolution/second | rotation | r/s; rps; 转/秒; 转每秒
pascal | pressure | Pa; pascal; 帕; 帕斯卡
kilopascal | pressure | kPa; kilopascal; 千帕
megapascal | pressure | MPa; megapascal; 兆帕
hectopascal | pressure | hPa; 百帕
bar | pressure | bar; 巴
millibar | pressure | mbar; millibar; 毫巴
bar | gauge pressure | barg; bar(g); bar g; bar (g)
bar | absolute pressure | bara; bar(a); bar a; bar (a)
pound_force/inch**2 | pressure | psi
pound_force/inch**2 | gauge pressure | psig
pound_force/inch**2 | absolute pressure | psia
kilogram_force/centimeter**2 | pressure | kgf/cm2; kg/cm2; 公斤/平方厘米
mmHg | pressure | mmHg
newton/millimeter**2 | pressure | N/mm2
degC | temperature | °C; C; degC; deg C; degree Celsius; degrees Celsius; degrees C
degC | temperature | Celsius; centigrade; 摄氏度; °c
degF | temperature | °F; degF; deg F; degree Fahrenheit; degrees Fahrenheit; degrees F; Fahrenheit; 华氏度
kelvin | temperature | K; kelvin; 开尔文
degree | angle | deg
percent | percent | %; percent; per cent; pct
permille | permille | ‰
count | decibel | dB; decibel; 分贝; dB(A); dBA; dBm
centistokes | viscosity | cSt; 厘斯
bit | information | bit; bits; 比特
byte | information | byte; bytes; 字节
kilobyte | information | kB; KB
megabyte | information | MB
gigabyte | information | GB
kibibyte | information | KiB
mebibyte | information | MiB
lux | | lux; lx; 勒克斯
tesla | | tesla
"""

# Spellings that may also be no unit at all, or one of two: any reading that fits is accepted.
EITHER: dict[str, tuple[str, ...]] = {
    "in": ("inch", ""),
    '"': ("inch", ""),
    "″": ("inch", ""),
    "°": ("degree", "degC"),
    "degree": ("degree", "degC"),
    "degrees": ("degree", "degC"),
    "度": ("degree", "degC"),
    "分": ("minute", ""),
    "日": ("day", ""),
    "年": ("year", ""),
    "月": ("month", ""),
    "F": ("degF", "farad"),
}
# A character that opens another word ("安装") is no unit.
NOT_BEFORE = {
    "安": "装全置排监",
    "分": "别成为支类组之开层步离辨布析配",
    "升": "降高级温压起至到",
    "天": "线然花平车",
    "克": "服隆",
    "度": "过数量假",
    "年": "度龄",
    "日": "志常期",
    "月": "度份",
    "周": "围期边转",
    "牛": "皮",
    "瓦": "斯",
    "米": "字色",
    "伏": "笔",
    "法": "兰",
    "丝": "杠锥网",
    "巴": "西",
    "欧": "洲式元盟",
    "赫": "然",
}
