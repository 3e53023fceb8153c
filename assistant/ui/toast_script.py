"""The lines that say in the page's words what Gradio and the server tell in a corner of the page."""

import json

from assistant.ui.labels import LANGUAGES, speaker

# What is shown, by pattern, and the label in its place; the first that fits is taken. `{0}` is what the
# pattern holds: of a limit the megabytes.
_RULES = (
    (r"larger than ([\d,]+) bytes", "toast_large"),
    (r"^File\(s\) exceed the maximum allowed size of ([\d.]+) M[bB]", "toast_large"),
    (r"log in first|HTTP 401", "toast_login"),
    (r"too many requests|HTTP 429", "toast_many"),
    (r"belongs to another user|Session not found|is not in the list of choices", "toast_anew"),
    (r"cannot be used \(", "toast_users"),
    (r"your role does not allow this", "toast_role"),
    (r"comes from (?:another|this) site", "toast_site"),
    (r"^Connection to the server was lost", "toast_lost"),
    (r"^Connection errored out|^Could not (?:resolve|parse)|Failed to fetch|NetworkError|^Load failed",
     "toast_unreachable"),
    (r"^HTTP (\d+)", "toast_refused"),
    (r"^(?:An error occurred\.?|Error|)$", "toast_fault"),
)  # fmt: skip
_LABELS = (*dict(_RULES).values(), "toast_title", "close")


def _words() -> dict[str, dict[str, str]]:
    """The labels that the script needs, by language; what is filled in stays `{0}`."""
    return {
        language: {label: speaker(language)(label, value="{0}") for label in _LABELS}
        for _, language in LANGUAGES
    }


_SCRIPT = """
(() => {
  const rules = RULES.map(([pattern, label]) => [new RegExp(pattern), label]);
  const words = WORDS;
  const megabytes = (text) => {
    const figure = Number(text.replaceAll(',', ''));
    return String(Math.floor(figure > 1e5 ? figure / (1 << 20) : figure));
  };
  const told = (text, say) => {
    for (const [pattern, label] of rules) {
      const met = text.match(pattern);
      if (!met) continue;
      const held = met[1] || '';
      return say[label].replace('{0}', label === 'toast_large' ? megabytes(held) : held);
    }
    return text;
  };
  const toasts = document.getElementsByClassName('toast-body');
  const tell = () => {
    if (!toasts.length) return;
    const say = words[document.documentElement.lang.startsWith('zh') ? 'zh' : 'en'];
    for (const shown of document.querySelectorAll('[data-testid="toast-text"]:not([data-told])')) {
      shown.dataset.told = '';
      shown.textContent = told(shown.textContent.trim(), say);
    }
    for (const title of document.querySelectorAll('.toast-title')) {
      const first = title.firstChild && title.firstChild.firstChild || title.firstChild;
      if (first && first.nodeValue && first.nodeValue.trim() === 'Error') {
        first.nodeValue = `${say.toast_title} `;
      }
    }
    for (const button of document.querySelectorAll('[data-testid="toast-close"]')) {
      button.setAttribute('aria-label', say.close);
    }
  };
  new MutationObserver(tell).observe(document, { subtree: true, childList: true });
})();
"""


def toast_script() -> str:
    """The script with the words of every language; which one is shown, the page says."""
    rules, words = (json.dumps(value, ensure_ascii=False) for value in (_RULES, _words()))
    # Within a page a script ends where its end tag stands, even in a text.
    return _SCRIPT.replace("RULES", rules).replace("WORDS", words).replace("</", "<\\/")
