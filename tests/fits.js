// Returns what does not fit on the open page, a line each: {kind, text, where, width}. Run by tests/fits.py.
() => {
  const NARROWEST = 60;  // pixels that a chart's bars need to be compared
  const QUOTED = 60;  // letters of a caption that a chart shows shortened; a chart itself cuts names at fewer
  const found = [];
  const seen = new Set();
  const ON_TOP = '[data-testid=stPopoverBody], [role=dialog]';  // of the page
  const roots = [document.querySelector('[data-testid=stApp]'), ...document.querySelectorAll(ON_TOP)];
  const every = selector => roots.flatMap(root => [...root.querySelectorAll(selector)]);

  function say(kind, text, element, note = '') {
    const short = text.replace(/\s+/g, ' ').trim().slice(0, 70);
    const place = element.closest('[class*=st-key-]')?.className.match(/st-key-[\w-]+/)?.[0]
      || element.closest('[data-testid]')?.dataset.testid || element.tagName;
    const line = `${kind}: “${short}” in ${place}${note && ` (${note})`}`;
    if (!seen.has(line)) { seen.add(line); found.push(line); }
  }

  const isShown = element => element.checkVisibility({opacityProperty: true, visibilityProperty: true})
    && !element.closest('[data-testid=stSidebar][data-collapsed=true], canvas');
  // The whole value of these is one click or key away by their nature, and what follows them draws itself.
  const NATURAL = '[data-testid=stSelectbox] [data-baseweb=select], [data-testid=stMultiSelect], [data-baseweb=popover],'
    + '[data-testid=stDataFrame], [data-testid=stTooltipContent], [data-testid=stStatusWidget], style, script, noscript';

  // The lines of visible text: {node, element, box}.
  function lines() {
    const all = [], wholes = new Set(), nodes = [];
    for (const root of roots) {
      const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
      while (walk.nextNode()) nodes.push(walk.currentNode);
    }
    for (const node of nodes) {
      const element = node.parentElement;
      if (!node.data.trim() || element.closest(NATURAL) || !isShown(element)) continue;
      if (element.closest('[data-testid=stIconMaterial], .material-symbols-rounded')) continue;
      const style = getComputedStyle(element);
      // for those who listen
      if (style.clip !== 'auto' || style.clipPath !== 'none' || parseFloat(style.fontSize) < 2) continue;
      if (element.closest('.katex-mathml')) continue;
      const whole = element.closest('svg text, .katex .base, .katex');  // of a formula, a piece that stays whole
      if (whole) {
        if (!wholes.has(whole)) all.push({node, element, box: whole.getBoundingClientRect()});
        wholes.add(whole);
        continue;
      }
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const box of range.getClientRects()) if (box.width > 1 && box.height > 1) all.push({node, element, box});
    }
    return all;
  }

  // A font's box is higher than its letters.
  function letters({element, box: {left, right, top, bottom, width, height}}) {
    const less = parseFloat(getComputedStyle(element).fontSize) / 4;
    return height > 2 * width ? {left: left + less, right: right - less, top, bottom}
      : {left, right, top: top + less, bottom: bottom - less};
  }

  const beyond = (box, frame, sides) => sides.some(side => ({
    left: frame.left - box.left, right: box.right - frame.right, bottom: box.bottom - frame.bottom,
    top: frame.top - box.top})[side] > 2);

  function cut({node, element, box}) {
    const text = element.closest('svg') ? element.closest('text').textContent : node.data;
    const svg = element.closest('svg');
    if (svg) {
      if (/…$/.test(text) && text.length < QUOTED) say('cut', text, element, 'shortened in a chart');
      const frame = svg.getBoundingClientRect();
      if (beyond(letters({element, box}), frame, ['left', 'right', 'top', 'bottom'])) say('cut', text, element, 'beyond its chart');
      return;
    }
    const button = element.closest('button, [role=tab], [role=radio]');
    if (button && beyond(box, button.getBoundingClientRect(), ['left', 'right']))
      say('cut', text, element, 'beyond its button');
    for (let at = element; at && at !== document.body; at = at.parentElement) {
      const style = getComputedStyle(at), frame = at.getBoundingClientRect();
      const scrolls = value => value === 'auto' || value === 'scroll';
      if (style.overflowX === 'hidden' || style.overflowX === 'clip') {
        if (beyond(box, frame, ['left', 'right']) || (style.textOverflow === 'ellipsis' && at.scrollWidth > at.clientWidth + 1))
          return say('cut', text, element, 'sideways');
      }
      if ((style.overflowY === 'hidden' || style.overflowY === 'clip') && beyond(box, frame, ['bottom']) && frame.height > 0)
        return say('cut', text, element, 'below');
      if (scrolls(style.overflowX) || scrolls(style.overflowY)) return;
      if (at.matches(ON_TOP) && beyond(box, {left: 0, right: innerWidth}, ['left', 'right']))
        return say('cut', text, element, 'beyond the window');
      if (style.position === 'fixed') return;
    }
  }

  function overlaps(all) {
    const boxes = all.map(line => {
      const {left, right, top, bottom} = letters(line);
      return {...line, left: left + 1, right: right - 1, top, bottom};
    }).sort((a, b) => a.top - b.top);
    boxes.forEach((one, place) => {
      for (let next = place + 1; next < boxes.length && boxes[next].top < one.bottom - 1; next++) {
        const other = boxes[next];
        if (other.left >= one.right - 1 || one.left >= other.right - 1) continue;
        if (one.node === other.node) continue;
        if (floats(one.element) !== floats(other.element) || areBeside(one.element, other.element)) continue;
        say('overlap', one.node.data, one.element, `with “${other.node.data.trim().slice(0, 40)}”`);
      }
    });
  }

  // Whether two slanted texts, whose boxes meet, run beside each other.
  function areBeside(one, other) {
    const [a, b] = [one, other].map(element => element.closest('svg text')?.getScreenCTM());
    if (!a || !b || a.a * a.b === 0 || Math.abs(a.b - b.b) > 0.01) return false;
    const apart = Math.abs((b.e - a.e) * a.b - (b.f - a.f) * a.a);
    return apart > 0.7 * parseFloat(getComputedStyle(one.closest('text')).fontSize);
  }

  // What stays in place while the page scrolls below it is on a layer of its own.
  function floats(element) {
    for (let at = element; at && !roots.includes(at); at = at.parentElement)
      if (['fixed', 'sticky'].includes(getComputedStyle(at).position)) return at;
    return element.closest(ON_TOP) || element.closest('[data-testid=stSidebar], [data-testid=stHeader]');
  }

  function sideways() {
    for (const box of [document.documentElement, ...every('*')]) {
      if (box.scrollWidth <= box.clientWidth + 1 || !box.clientWidth) continue;
      if (box.closest('table, .wide-table, [data-testid=stDataFrame], [data-testid=stTable], [data-testid=stSidebar][data-collapsed=true]')) continue;
      const scrolls = ['auto', 'scroll'].includes(getComputedStyle(box).overflowX);
      if ((scrolls || box === document.documentElement) && isShown(box))
        say('sideways', box.innerText || '', box, `${box.scrollWidth} px in ${box.clientWidth}`);
    }
  }

  function narrow() {
    for (const chart of every('[data-testid=stVegaLiteChart] svg')) {
      const plot = chart.querySelector('.mark-group.role-frame.root .background');
      const width = plot?.getBoundingClientRect().width;
      if (width < NARROWEST) say('narrow', chart.getAttribute('aria-label') || chart.textContent, chart, `${Math.round(width)} px`);
    }
    for (const plot of every('.plot')) {
      const width = plot.getBoundingClientRect().width;
      if (isShown(plot) && width < NARROWEST) say('narrow', plot.parentElement.innerText, plot, `${Math.round(width)} px`);
    }
  }

  // A hint in an empty field that is longer than the field; what is typed can be scrolled by nature.
  function hints() {
    const pen = document.createElement('canvas').getContext('2d');
    for (const field of every('input[placeholder]')) {
      const {font, paddingLeft, paddingRight} = getComputedStyle(field);
      pen.font = font;
      const room = field.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
      if (!field.value && isShown(field) && !field.closest(NATURAL) && pen.measureText(field.placeholder).width > room + 1)
        say('cut', field.placeholder, field, 'hint');
    }
  }

  const all = lines();
  hints();
  all.forEach(cut);
  overlaps(all);
  sideways();
  narrow();
  return found;
}
