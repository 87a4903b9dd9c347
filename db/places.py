"""First-level regions of China and kinds of buyers, told by words in notices."""

from __future__ import annotations

# code (ISO 3166-2) → English name, Chinese name, column and row in the grid of the map, and the
# words that place a notice there: its short name, and cities whose authorities do not repeat it.
REGIONS: dict[str, tuple[str, str, int, int, tuple[str, ...]]] = {
    "CN-XJ": ("Xinjiang", "新疆", 0, 1, ("新疆", "乌鲁木齐", "喀什", "和田", "伊犁", "阿克苏", "吐鲁番", "哈密", "昌吉", "克拉玛依", "石河子", "巴音郭楞", "博尔塔拉", "克孜勒苏", "塔城", "阿勒泰")),
    "CN-GS": ("Gansu", "甘肃", 2, 1, ("甘肃", "兰州")),
    "CN-NX": ("Ningxia", "宁夏", 3, 1, ("宁夏", "银川")),
    "CN-NM": ("Inner Mongolia", "内蒙古", 4, 1, ("内蒙古", "呼和浩特", "包头", "鄂尔多斯")),
    "CN-LN": ("Liaoning", "辽宁", 6, 1, ("辽宁", "沈阳", "大连")),
    "CN-JL": ("Jilin", "吉林", 7, 1, ("吉林", "长春")),
    "CN-HL": ("Heilongjiang", "黑龙江", 7, 0, ("黑龙江", "哈尔滨")),
    "CN-XZ": ("Tibet", "西藏", 0, 2, ("西藏", "拉萨", "日喀则", "那曲", "林芝", "昌都", "山南市", "阿里地区")),
    "CN-QH": ("Qinghai", "青海", 1, 2, ("青海", "西宁")),
    "CN-SN": ("Shaanxi", "陕西", 2, 2, ("陕西", "西安")),
    "CN-SX": ("Shanxi", "山西", 3, 2, ("山西", "太原")),
    "CN-HE": ("Hebei", "河北", 4, 2, ("河北", "石家庄", "雄安")),
    "CN-BJ": ("Beijing", "北京", 5, 2, ("北京",)),
    "CN-TJ": ("Tianjin", "天津", 6, 2, ("天津",)),
    "CN-SC": ("Sichuan", "四川", 1, 3, ("四川", "成都", "甘孜", "阿坝")),
    "CN-CQ": ("Chongqing", "重庆", 2, 3, ("重庆",)),
    "CN-HA": ("Henan", "河南", 3, 3, ("河南", "郑州")),
    "CN-SD": ("Shandong", "山东", 4, 3, ("山东", "济南市", "青岛")),
    "CN-JS": ("Jiangsu", "江苏", 5, 3, ("江苏", "南京", "苏州")),
    "CN-SH": ("Shanghai", "上海", 6, 3, ("上海",)),
    "CN-YN": ("Yunnan", "云南", 1, 4, ("云南", "昆明")),
    "CN-GZ": ("Guizhou", "贵州", 2, 4, ("贵州", "贵阳")),
    "CN-HB": ("Hubei", "湖北", 3, 4, ("湖北", "武汉")),
    "CN-AH": ("Anhui", "安徽", 4, 4, ("安徽", "合肥")),
    "CN-ZJ": ("Zhejiang", "浙江", 5, 4, ("浙江", "杭州", "宁波")),
    "CN-GX": ("Guangxi", "广西", 2, 5, ("广西", "南宁")),
    "CN-HN": ("Hunan", "湖南", 3, 5, ("湖南", "长沙")),
    "CN-JX": ("Jiangxi", "江西", 4, 5, ("江西", "南昌")),
    "CN-FJ": ("Fujian", "福建", 5, 5, ("福建", "福州", "厦门")),
    "CN-GD": ("Guangdong", "广东", 4, 6, ("广东", "广州", "深圳")),
    "CN-HI": ("Hainan", "海南省", 3, 7, ("海南省", "海口", "三亚")),
}  # fmt: skip

# Kind of buyer → the beginnings of words in its name, in the languages of the sources.
BUYERS: dict[str, tuple[str, ...]] = {
    "police": (
            "公安", "警察", "派出所", "特警", "police", "policing", "constabulary", "sheriff",
            "polizei", "policía", "policia", "polícia", "polizia", "gendarmerie", "поліці",
            "полици", "милици", "policij", "policj", "policie", "politie", "rendőrség", "emniyet",
            "شرطة",
        ),
    "prison": ("监狱", "看守所", "戒毒", "prison", "correction", "justizvollzug", "pénitenti", "пенітенціар"),
    "border": ("出入境", "海关", "边防", "边检", "border", "customs", "bundespolizei", "douane", "zoll", "прикордон", "митн"),
    "army": ("武警", "军区", "解放军", "army", "military", "defence", "defense", "bundeswehr", "armée", "збройн", "військов"),
    "school": ("学校", "中学", "小学", "大学", "学院", "school", "universit", "college", "schule", "école", "lycée", "школ", "ліцей"),
}  # fmt: skip


def region_case(text: str) -> str:
    """SQL that gives the code of the region named in the SQL expression ``text``, else NULL."""
    whens = "\n".join(
        "WHEN " + " OR ".join(f"instr({text}, '{word}')" for word in words) + f" THEN '{code}'"
        for code, (_, _, _, _, words) in REGIONS.items()
    )
    return f"CASE {whens} END"
