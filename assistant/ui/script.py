"""The few lines that run in the browser: a page opens over the conversation, and Enter respects an IME."""

# Without it every link still works: it opens the same view in a new tab.
SCRIPT = """
(() => {
  const element = (tag, name, text) => {
    const made = document.createElement(tag);
    made.className = name;
    if (text) made.textContent = text;
    return made;
  };
  let dialog, tab, closing, frame;
  const build = () => {
    dialog = element('dialog', 'mw-viewer');
    const bar = element('div', 'mw-viewer-bar');
    tab = element('a', 'mw-viewer-tab');
    tab.target = '_blank';
    closing = element('button', 'mw-viewer-close');
    frame = element('iframe', 'mw-viewer-frame');
    closing.addEventListener('click', () => dialog.close());
    dialog.addEventListener('click', (event) => { if (event.target === dialog) dialog.close(); });
    dialog.addEventListener('close', () => { frame.src = 'about:blank'; });
    bar.append(tab, closing);
    dialog.append(bar, frame);
    (document.querySelector('.gradio-container .contain') || document.body).append(dialog);
  };
  const open = (link) => {
    if (!dialog) build();
    const named = document.querySelector('.mw-open');
    const words = link.dataset.close ? link.dataset : named ? named.dataset : {};
    tab.textContent = words.tab || 'Open in a new tab';
    closing.textContent = words.close || 'Close';
    tab.href = link.href;
    frame.title = link.dataset.title || link.textContent;
    frame.src = link.href;
    dialog.showModal();
  };
  document.addEventListener('click', (event) => {
    const link = event.target.closest && event.target.closest('a.mw-open, a.mw-marker');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    open(link);
  });
  // Enter chooses a candidate while Chinese is being composed; it must not send the question.
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.isComposing || event.keyCode === 229)) event.stopPropagation();
  }, true);
  // Where the answer stands below the question, it comes to the top of the screen as it begins, with the
  // sources below it; the keyboard of a phone gives way. What went wrong comes into sight, too.
  const narrow = matchMedia('(max-width: 720px)'), touched = matchMedia('(pointer: coarse)');
  let busy = false;
  const follow = () => {
    const was = busy;
    busy = Boolean(document.querySelector('.mw-is-busy'));
    if (was === busy || !narrow.matches) return;
    if (!busy) {
      requestAnimationFrame(() => document.querySelector('#error p')?.scrollIntoView({ block: 'center' }));
      return;
    }
    if (touched.matches) document.activeElement.blur();
    document.querySelector('#current').scrollIntoView({ block: 'start' });
  };
  // Gradio names its upload buttons in English, whatever the page speaks; what stands on them is their name.
  new MutationObserver(() => {
    for (const button of document.querySelectorAll('.upload-container[aria-label]')) {
      button.removeAttribute('aria-label');
    }
    follow();
  }).observe(document, { subtree: true, childList: true, attributeFilter: ['aria-label'] });
})();
"""

SPEAK = "(language) => { document.documentElement.lang = language; return language; }"
"""Tells the browser and screen readers which language the page is in now."""

TO_THE_TOP = "() => { window.scrollTo({ top: 0 }); }"
"""What a panel further down has put at the head of the page must be seen."""

TO_THE_ERROR = "() => { document.querySelector('#error p')?.scrollIntoView({ block: 'center' }); }"
"""The line that says what went wrong; nothing where nothing did."""

TO_THE_QUESTION = """() => {
  window.scrollTo({ top: 0 });
  document.querySelector('#question textarea').focus();
}"""
"""The same, for a question that is to be read and sent."""
