"""The assistant's own sentences, in the languages it speaks."""

from assistant.records import Language

_PHRASES: dict[str, dict[Language, str]] = {
    "declined": {
        "en": "Not in your documents. {passages} passages in {documents} documents were searched; the "
        "nearest ones are shown, but they do not answer the question.",
        "zh": "您的文档中没有答案。已检索 {documents} 份文档中的 {passages} 个段落；"
        "所示为最接近的段落，但它们并未回答该问题。",
    },
    "unknown": {
        "en": "Not in your documents: none of them holds {names}. Check the spelling on the display or the "
        "name plate. {passages} passages in {documents} documents were searched.",
        "zh": "您的文档中没有 {names}。请核对显示屏或铭牌上的写法。"
        "已检索 {documents} 份文档中的 {passages} 个段落。",
    },
    "logged": {
        "en": "Not in your documents: {names} stands in a log only, and nothing says what it means. "
        "{passages} passages in {documents} documents were searched; the nearest ones are shown.",
        "zh": "您的文档中没有答案：{names} 只出现在日志中，没有文档说明其含义。"
        "已检索 {documents} 份文档中的 {passages} 个段落；所示为最接近的段落。",
    },
    "no_value": {
        "en": "Not in your documents: none of the passages that fit states the value you ask for. "
        "{passages} passages in {documents} documents were searched; the nearest ones are shown.",
        "zh": "您的文档中没有答案：相关段落都没有给出所问的数值。"
        "已检索 {documents} 份文档中的 {passages} 个段落；所示为最接近的段落。",
    },
    "never_named": {
        "en": "No document names {names}.",
        "zh": "没有文档提到 {names}。",
    },
    "limited": {
        "en": "Only passages with {limits} were searched; without the filter there is no answer either.",
        "zh": "仅检索了 {limits} 的段落；不加此筛选也没有答案。",
    },
    "limited_elsewhere": {
        "en": "Only passages with {limits} were searched; without the filter, {doc} may answer.",
        "zh": "仅检索了 {limits} 的段落；取消筛选后，{doc} 可能有答案。",
    },
    "missing_fact": {
        "en": "If you have it, add the machine, the code on the display or the part's name in the manual.",
        "zh": "如有可能，请补充设备名称、屏幕上的代码或手册中的部件名称。",
    },
    "table_rows": {
        "en": "{rows} rows of {table}: {named}. Counted over the whole table.",
        "zh": "{table} 中共 {rows} 行：{named}。按整张表统计。",
    },
    "table_by": {
        "en": "By {column}: {counts}.",
        "zh": "按 {column}：{counts}。",
    },
    "table_days": {
        "en": "{days} days with rows: {counts}.",
        "zh": "有记录的天数：{days}。{counts}。",
    },
    "table_first": {
        "en": "The first {shown} of the {rows} rows:",
        "zh": "{rows} 行中的前 {shown} 行：",
    },
    "replaced": {
        "en": "What the model wrote is not carried by the documents; the quoted passages are shown instead.",
        "zh": "模型所写内容在文档中没有依据，以下改为原文引用。",
    },
    "unavailable": {
        "en": "The model is not available ({reason}); the quoted passages are shown.",
        "zh": "模型不可用（{reason}），以下为原文引用。",
    },
    "busy": {
        "en": "The model is busy and no more questions may wait for it; the quoted passages are shown. "
        "Ask again in a moment for a written answer.",
        "zh": "模型忙碌，等候的问题已满，以下为原文引用。如需成文的答案，请稍后再问。",
    },
    "slow": {
        "en": "The model took longer than {seconds:.0f} s; the quoted passages are shown.",
        "zh": "模型用时超过 {seconds:.0f} 秒，以下为原文引用。",
    },
    "fault_number": {
        "en": "the number {what} is not in the cited passage",
        "zh": "所引段落中没有数值 {what}",
    },
    "fault_code": {
        "en": "the code {what} is not in the cited passage",
        "zh": "所引段落中没有代号 {what}",
    },
    "fault_polarity": {
        "en": "the cited passage says the opposite: a yes stands for a no, or a no for a yes",
        "zh": "与所引段落相反：肯定与否定颠倒",
    },
    "fault_opposite": {
        "en": "“{said}” stands where the cited passage says “{source}”",
        "zh": "此处写“{said}”，而所引段落写“{source}”",
    },
    "fault_words": {
        "en": "no passage says this",
        "zh": "没有段落这样说",
    },
}


def phrase(name: str, language: Language, **values: object) -> str:
    """One of the assistant's sentences, filled."""
    return _PHRASES[name][language].format(**values)
