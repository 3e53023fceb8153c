"""The few lines by which a thumb is sent and stays pressed; they change nothing but their own row."""

RATING_SCRIPT = """
(() => {
  const send = async (row, liked, reason) => {
    const said = row.querySelector('.mw-rate-said');
    const body = {talk: row.dataset.talk, turn: Number(row.dataset.turn), liked, reason};
    try {
      const answer = await fetch('/feedback', {
        method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(body),
      });
      if (!answer.ok) throw new Error(answer.status);
    } catch (problem) {
      said.textContent = row.dataset.failed;
      return;
    }
    for (const thumb of row.querySelectorAll('.mw-thumb')) {
      thumb.setAttribute('aria-pressed', String(liked !== null && (thumb.dataset.way === 'up') === liked));
    }
    said.textContent = liked === null ? '' : liked ? row.dataset.up : row.dataset.down;
    const form = row.querySelector('.mw-rate-why');
    form.hidden = liked !== false || Boolean(reason);
    if (!form.hidden) form.querySelector('textarea').focus();
  };
  document.addEventListener('click', (event) => {
    const thumb = event.target.closest && event.target.closest('.mw-thumb');
    if (!thumb) return;
    const pressed = thumb.getAttribute('aria-pressed') === 'true';
    send(thumb.closest('.mw-rate'), pressed ? null : thumb.dataset.way === 'up', '');
  });
  document.addEventListener('submit', (event) => {
    const form = event.target.closest && event.target.closest('.mw-rate-why');
    if (!form) return;
    event.preventDefault();
    send(form.closest('.mw-rate'), false, form.querySelector('textarea').value);
  });
})();
"""
