// Runs in the browser: what TradingView's page lays over a chart. Each is where and what it is there: dialogs in the
// page's overlap manager, banners and toasts beside it.

const CROSS = 'm6 6 16 16M22 6 6 22';

const COVERS = {
  'cookie-banner': (words) =>
    box('section', { class: 'banner', role: 'region' }, [
      box('p', {}, [words.cookies.text]),
      button(words.cookies.manage, 'plain'),
      button(words.cookies.accept),
    ]),
  toast: (words) =>
    box('div', { class: 'toastListInner-x' }, [
      box('div', { class: 'toastGroup-x', role: 'status' }, [
        cross(words),
        box('b', {}, [words.upgrade.title]),
        box('p', {}, [words.upgrade.text]),
      ]),
    ]),
  upgrade: (words) =>
    modal({ 'data-dialog-name': 'gopro' }, [cross(words), ...text(words.upgrade), button(words.upgrade.button)]),
  'alert-fired': (words) =>
    layer([
      box('div', { class: 'dialog popup', role: 'dialog', 'data-name': 'alerts-fired-dialog' }, [
        cross(words),
        ...text(words.alertFired),
        button(words.alertFired.button, 'plain'),
      ]),
    ]),
  consent: (words) =>
    modal({ 'data-dialog-name': 'exchange-agreement' }, [
      ...text(words.consent),
      button(words.consent.refuse, 'plain'),
      button(words.consent.agree),
    ]),
  returning: (words) => {
    const cover = COVERS.upgrade(words);
    const again = () => {
      observer.disconnect();
      cover.remove();
      openCover('returning', words);
    };
    const observer = new MutationObserver(again);
    observer.observe(cover, { attributes: true });
    return cover;
  },
  ghost: (words) => box('div', { class: 'ghost' }, text(words.upgrade)),
  'connection-limit': (words) =>
    modal({ 'data-dialog-name': 'disconnected' }, [
      ...text(words.connectionLimit),
      link('/support/solutions/43000694474/', '?'),
      button(words.connectionLimit.button),
    ]),
  restricted: (words) =>
    modal({ 'data-dialog-name': 'notice' }, [
      ...text(words.restricted),
      link('/support/solutions/43000674726/', words.restricted.link),
    ]),
};

/** Lays a cover over the chart. */
function openCover(name, words) {
  const cover = COVERS[name](words);
  const place = {
    'cookie-banner': document.body,
    toast: document.body,
    ghost: document.querySelector('.chart-gui-wrapper'),
  }[name];
  (place ?? document.getElementById('overlap-manager-root')).append(cover);
}

function modal(attributes, content) {
  return layer([
    box('div', { class: 'backdrop' }, []),
    box('div', { class: 'dialog', role: 'dialog', 'aria-modal': 'true', ...attributes }, content),
  ]);
}

const layer = (content) => box('div', { class: 'layer' }, content);
const text = ({ title, text: body }) => [box('h2', {}, [title]), box('p', {}, [body])];
const button = (label, className = 'main') => box('button', { type: 'button', class: className }, [label]);
const link = (href, label) => box('a', { href }, [label]);

function cross(words) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 28 28');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', CROSS);
  svg.append(path);
  const made = box('button', { type: 'button', class: 'cross', 'aria-label': words.close }, [svg]);
  made.addEventListener('click', () => made.closest('.layer, .toastGroup-x').remove());
  return made;
}

function box(tag, attributes, content) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...content);
  return made;
}
