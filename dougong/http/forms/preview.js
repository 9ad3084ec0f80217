/** The editor's preview: draws whatever the page around it says, and sends nothing. */
import { draw } from '/forms/form.js';

const main = document.getElementById('form');

window.addEventListener('message', (event) => {
  if (event.origin !== window.location.origin || event.source !== window.parent) return;
  draw(main, event.data, () => Promise.resolve({ thanks: event.data.thanks }));
});

window.parent.postMessage('form-preview-ready', window.location.origin);
