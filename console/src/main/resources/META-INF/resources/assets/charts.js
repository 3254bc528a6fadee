// Charts as SVG, drawn anew at the width they have. Each says in words what it shows.
import {h, s} from './dom.js';

const HEIGHT = 168;
const LEFT = 40;
const BOTTOM = 22;
const TOP = 8;
const RIGHT = 6;

/** The least of 1, 2, 5 × 10ⁿ that gives at most so many steps. */
function ceiling(most) {
  if (most <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 4, 5, 10].map(each => each * power).find(each => each >= most * 0.9999);
}

function grid(svg, width, high, tick) {
  for (const part of [0, 0.5, 1]) {
    const y = TOP + (HEIGHT - TOP - BOTTOM) * (1 - part);
    svg.append(s('line.grid', {x1: LEFT, x2: width - RIGHT, y1: y, y2: y}), s('text.tick', {x: LEFT - 7, y: y + 3.5, 'text-anchor': 'end'}, tick(high * part)));
  }
}

const ROUND_MINUTES = [1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720];

/** At round times of day, as many as there is room for. */
function timeTicks(svg, width, steps, label) {
  const minute = step => Math.floor((new Date(step.at) - new Date(step.at).getTimezoneOffset() * 60000) / 60000);
  const wanted = Math.max(2, Math.min(8, Math.floor((width - LEFT) / 62)));
  const range = minute(steps.at(-1)) - minute(steps[0]);
  const every = ROUND_MINUTES.find(each => range / each <= wanted) ?? 1440;
  let before = null;
  steps.forEach((step, i) => {
    const now = Math.floor(minute(step) / every);
    const x = LEFT + (width - LEFT - RIGHT) * ((i + 0.5) / steps.length);
    if (before !== null && now !== before && x < width - 12) {
      svg.append(s('text.tick', {x, y: HEIGHT - 6, 'text-anchor': 'middle'}, label(step)));
    }
    before = now;
  });
}

function frame(name) {
  const tip = h('div.tip', {hidden: true});
  const holder = h('div.plot');
  const element = h('figure.chart', holder, tip);
  let draw = null;
  let width = 0;
  const redraw = () => {
    if (draw && width > 0) holder.replaceChildren(draw(width));
  };
  new ResizeObserver(([entry]) => {
    const now = Math.round(entry.contentRect.width);
    if (now !== width) {
      width = now;
      redraw();
    }
  }).observe(holder);
  return {
    element,
    draw(next) {
      draw = next;
      redraw();
    },
    /** Shows what lies under the pointer: lines(i) gives [class, name, value] each. */
    hover(svg, width, count, title, lines) {
      const marker = s('rect.marker', {y: TOP, height: HEIGHT - TOP - BOTTOM, width: Math.max(1, (width - LEFT - RIGHT) / count), visibility: 'hidden'});
      svg.prepend(marker);
      svg.addEventListener('pointermove', event => {
        const x = event.clientX - svg.getBoundingClientRect().left;
        const i = Math.floor(((x - LEFT) / (width - LEFT - RIGHT)) * count);
        if (i < 0 || i >= count) {
          tip.hidden = true;
          return;
        }
        marker.setAttribute('x', LEFT + ((width - LEFT - RIGHT) / count) * i);
        marker.setAttribute('visibility', 'visible');
        const said = lines(i);
        tip.replaceChildren(h('b', title(i)), ...said.map(([tone, name, value]) => h('span', h('i', {class: tone}), name, h('em', value))));
        tip.hidden = false;
        const left = Math.min(Math.max(0, x + 14), width - tip.offsetWidth - 4);
        tip.style.left = `${x + 14 > width - tip.offsetWidth - 4 ? Math.max(0, x - tip.offsetWidth - 14) : left}px`;
      });
      svg.addEventListener('pointerleave', () => {
        tip.hidden = true;
        marker.setAttribute('visibility', 'hidden');
      });
    },
    root: (width, words) => s('svg', {width, height: HEIGHT, viewBox: `0 0 ${width} ${HEIGHT}`, role: 'img', 'aria-label': `${name}. ${words}`}),
  };
}

export function legend(series) {
  return h('ul.legend', series.map(each => h('li', h('i', {class: `t-${each.tone ?? each.key}`}), each.name)));
}

/** @param series [{key, name}] from the bottom up */
export function bars({name, series, tick = String, value = String, nothing}) {
  const chart = frame(name);
  return {
    element: chart.element,
    show(steps, {time, title}) {
      const totals = steps.map(step => series.reduce((sum, each) => sum + (step[each.key] ?? 0), 0));
      const high = ceiling(Math.max(0, ...totals));
      const all = totals.reduce((a, b) => a + b, 0);
      chart.draw(width => {
        const words = series.map(each => `${each.name}: ${value(steps.reduce((sum, step) => sum + (step[each.key] ?? 0), 0))}`).join(', ');
        const svg = chart.root(width, words);
        grid(svg, width, high, tick);
        const slot = (width - LEFT - RIGHT) / steps.length;
        const bar = Math.max(1, Math.min(18, slot - Math.max(1, slot * 0.22)));
        const scale = (HEIGHT - TOP - BOTTOM) / high;
        steps.forEach((step, i) => {
          let y = HEIGHT - BOTTOM;
          for (const each of series) {
            const tall = (step[each.key] ?? 0) * scale;
            if (tall <= 0) continue;
            const drawn = Math.max(tall, 1.5);
            y -= drawn;
            svg.append(s(`rect.bar.t-${each.tone ?? each.key}`, {x: LEFT + slot * i + (slot - bar) / 2, y, width: bar, height: drawn, rx: Math.min(1.5, bar / 2)}));
          }
        });
        timeTicks(svg, width, steps, time);
        if (all === 0 && nothing) svg.append(s('text.nothing', {x: LEFT + (width - LEFT) / 2, y: HEIGHT / 2 - 4, 'text-anchor': 'middle'}, nothing));
        chart.hover(svg, width, steps.length, i => title(steps[i]), i => {
          const said = series.filter(each => steps[i][each.key]).map(each => [`t-${each.tone ?? each.key}`, each.name, value(steps[i][each.key])]);
          return said.length ? said : [['', 'nothing', '']];
        });
        return svg;
      });
    },
  };
}

export function area({name, label, tone = 'accent', tick = String, value = String}) {
  const chart = frame(name);
  return {
    element: chart.element,
    show(points, {time, title}) {
      if (!points.length) return;
      const values = points.map(point => point.value);
      const high = ceiling(Math.max(0, ...values));
      chart.draw(width => {
        const svg = chart.root(width, `${label} now: ${value(values.at(-1))}, most: ${value(Math.max(...values))}`);
        grid(svg, width, high, tick);
        const slot = (width - LEFT - RIGHT) / points.length;
        const at = i => [LEFT + slot * (i + 0.5), HEIGHT - BOTTOM - ((HEIGHT - TOP - BOTTOM) * values[i]) / high];
        const line = points.map((_, i) => at(i).map(each => each.toFixed(1)).join(' ')).join('L');
        const [firstX] = at(0);
        const [lastX, lastY] = at(points.length - 1);
        svg.append(
          s(`path.area.t-${tone}`, {d: `M${firstX} ${HEIGHT - BOTTOM}L${line}L${lastX} ${HEIGHT - BOTTOM}Z`}),
          s(`path.line.t-${tone}`, {d: `M${line}`}),
          s(`circle.dot.t-${tone}`, {cx: lastX, cy: lastY, r: 3}));
        timeTicks(svg, width, points, time);
        chart.hover(svg, width, points.length, i => title(points[i]), i => [[`t-${tone}`, label, value(values[i])]]);
        return svg;
      });
    },
  };
}

/** Horizontal bars with their names and numbers beside them: a list, readable without seeing it. */
export function ranking(items, tone) {
  const high = Math.max(1, ...items.map(item => item.count));
  return h('ol.ranking', items.map(item => {
    const bar = h('i', {class: `t-${tone}`, 'aria-hidden': 'true'});
    bar.style.width = `${(100 * item.count) / high}%`;
    return h('li', h('span', item.href ? h('a', {href: item.href}, item.name) : item.name), h('b', String(item.count)), bar);
  }));
}
