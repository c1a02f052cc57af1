// SPDX-License-Identifier: MIT
// The page of a dataset: a grid of samples, filters, histograms, and a sample with its labels. It is opened as a file, so
// data come as scripts that call rv.dataset, rv.list and rv.records (tools/format/html.h says what is in them). Rows of
// all items are kept, records of a few files only.
'use strict';

// ---- data ----------------------------------------------------------------------------------------------------------

const COLUMNS = ['id', 'view', 'split', 'page', 'slot', 'frames', 'width', 'height', 'image', 'objects', 'categories',
    'sizes', 'truncations', 'cells', 'params'];
const AT = Object.fromEntries(COLUMNS.map((name, place) => [name, place]));
const PAGES_KEPT = 6;

const rv = {
    about: null,
    rows: [],
    pages: new Map(), // by number, the one used last at the end
    waiting: new Map(),
    dataset(about) {
        rv.about = about;
        start();
    },
    list(number, rows) {
        for (const row of rows) {
            rv.rows.push(row);
        }
        rv.waiting.get(`list-${number}`)?.();
    },
    records(number, samples) {
        rv.pages.set(number, samples);
        if (rv.pages.size > PAGES_KEPT) {
            rv.pages.delete(rv.pages.keys().next().value);
        }
        rv.waiting.get(`records-${number}`)?.();
    },
};
window.rv = rv;

const load = (name, number) => new Promise((resolve, reject) => {
    const script = document.createElement('script');
    const file = `${name}-${String(number).padStart(6, '0')}`;
    const key = `${name}-${number}`;
    rv.waiting.set(key, resolve);
    script.src = `data/${file}.js`;
    script.onload = () => { script.remove(); rv.waiting.delete(key); };
    script.onerror = () => { script.remove(); reject(new Error(`data/${file}.js cannot be read`)); };
    document.head.append(script);
});

async function sampleOf(row) {
    const number = row[AT.page];
    if (!rv.pages.has(number)) {
        await load('records', number);
    }
    const samples = rv.pages.get(number);
    rv.pages.delete(number);
    rv.pages.set(number, samples);
    return samples[row[AT.slot]];
}

const $ = (id) => document.getElementById(id);
const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
};
const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

// ---- filters -------------------------------------------------------------------------------------------------------

// What is chosen: a set of values for each histogram. Values of one are alternatives; all histograms must agree.
const chosen = new Map();
let shown = []; // places in rv.rows, in order
let part = '';

const bit = (mask, n) => Math.floor(mask / 2 ** n) % 2 === 1;
const cell = (hex, n) => (parseInt(hex[15 - (n >> 2)], 16) >> (n & 3) & 1) === 1;
const HAS = {
    category: (row, value) => row[AT.categories].includes(value),
    split: (row, value) => row[AT.split] === value,
    size: (row, value) => bit(row[AT.sizes], value),
    truncation: (row, value) => bit(row[AT.truncations], value),
    position: (row, value) => cell(row[AT.cells], value),
    objects: (row, value) => (value === 31 ? row[AT.objects] >= 31 : row[AT.objects] === value),
};

function paramBin(name, value) {
    const scale = params.get(name);
    if (!scale || value === undefined) {
        return undefined;
    }
    return scale.words ? value : clamp(Math.floor((value - scale.low) / (scale.high - scale.low) * BINS), 0, BINS - 1);
}

function fits(row) {
    if (part && !row[AT.id].includes(part)) {
        return false;
    }
    for (const [what, values] of chosen) {
        const has = HAS[what] ?? ((r, value) => paramBin(what.slice(6), r[AT.params][what.slice(6)]) === value);
        if (![...values].some((value) => has(row, value))) {
            return false;
        }
    }
    return true;
}

function choose(what, value) {
    const values = chosen.get(what) ?? new Set();
    values.has(value) ? values.delete(value) : values.add(value);
    values.size ? chosen.set(what, values) : chosen.delete(what);
    filter();
    $('scroll').scrollTop = 0;
}

function filter() {
    shown = [];
    rv.rows.forEach((row, place) => fits(row) && shown.push(place));
    tell();
    drawHistograms();
    drawGrid(true);
}

function tell() {
    const { samples, items, lists } = rv.about;
    const all = items === samples ? `${samples} samples` : `${samples} samples, ${items} cameras`;
    const some = chosen.size || part ? `${shown.length} of ` : '';
    const objects = rv.about.histograms.annotations;
    const loading = rv.loaded < lists ? `, reading ${Math.round(100 * rv.loaded / lists)} %` : '';
    $('numbers').textContent = `${some}${all}, ${objects} labels${loading}`;
    $('chosen').replaceChildren(...[...chosen].flatMap(([what, values]) => [...values].map((value) => make('button', {
        textContent: `${titleOf(what)} ${nameOf(what, value)} ×`, title: 'take this filter away', onclick: () => choose(what, value),
    }))));
}

// ---- histograms ----------------------------------------------------------------------------------------------------

const BINS = 16;
const params = new Map(); // name to {low, high, counts} of numbers, or {words, counts} of texts and booleans
let categories = new Map(); // id to name

const titleOf = (what) => (what.startsWith('param:') ? what.slice(6) : what);
const percent = (tenth) => `${10 * tenth} to ${10 * tenth + 10} %`;
function nameOf(what, value) {
    switch (what) {
    case 'category': return categories.get(value);
    case 'size': return value === 0 ? 'under 4 px' : value === 8 ? '512 px and more' : `${2 ** (value + 1)} to ${2 ** (value + 2)} px`;
    case 'truncation': return percent(value);
    case 'position': return `row ${(value >> 3) + 1}, column ${value % 8 + 1}`;
    case 'objects': return value === 31 ? '31 and more' : String(value);
    case 'split': return value;
    default: {
        const scale = params.get(what.slice(6));
        const width = (scale.high - scale.low) / BINS;
        return scale.words ? String(value) : `${short(scale.low + value * width)} to ${short(scale.low + (value + 1) * width)}`;
    }
    }
}
const short = (number) => String(Number(number.toPrecision(4)));
const isChosen = (what, value) => chosen.get(what)?.has(value) ?? false;

function bin(what, value, count, most) {
    const button = make('button', { title: `${nameOf(what, value)}: ${count}`, onclick: () => choose(what, value) });
    button.setAttribute('aria-pressed', isChosen(what, value));
    button.setAttribute('aria-label', button.title);
    button.style.setProperty('--part', `${100 * count / Math.max(most, 1)}%`);
    button.dataset.what = what;
    button.dataset.value = value;
    return button;
}

function section(title, ...content) {
    return [make('h2', { textContent: title }), ...content];
}

function bars(title, what, counts, low, high) {
    const most = Math.max(...counts);
    const box = make('div', { className: 'bars' }, ...counts.map((count, value) => bin(what, value, count, most)));
    return most > 0 ? section(title, box, make('div', { className: 'ends' }, make('span', {}, low), make('span', {}, high))) : [];
}

function rows(title, what, counts) { // of [value, count]
    const most = Math.max(...counts.map(([, count]) => count));
    const box = make('div', { className: 'rows' }, ...counts.map(([value, count]) => {
        const button = bin(what, value, count, most);
        button.append(make('span', {}, nameOf(what, value)), make('span', {}, String(count)));
        return button;
    }));
    return counts.length ? section(title, box) : [];
}

function cells(title, what, counts) {
    const most = Math.max(...counts);
    return most > 0 ? section(title, make('div', { className: 'cells' }, ...counts.map((count, value) => bin(what, value, count, most)))) : [];
}

function countParams() {
    params.clear();
    for (const row of rv.rows) {
        for (const [name, value] of Object.entries(row[AT.params])) {
            const scale = params.get(name) ?? { words: false, low: Infinity, high: -Infinity, counts: new Map() };
            params.set(name, scale);
            scale.words ||= typeof value !== 'number';
            scale.low = Math.min(scale.low, value);
            scale.high = Math.max(scale.high, value);
        }
    }
    for (const scale of params.values()) {
        scale.words ||= scale.low === scale.high;
    }
    for (const row of rv.rows) {
        for (const [name, value] of Object.entries(row[AT.params])) {
            const { counts } = params.get(name);
            const key = paramBin(name, value);
            counts.set(key, (counts.get(key) ?? 0) + 1);
        }
    }
}

function drawHistograms() {
    const { histograms } = rv.about;
    const splits = Object.entries(histograms.splits).filter(([, count]) => count > 0);
    const shares = [...params].flatMap(([name, scale]) => (scale.words
        ? rows(name, `param:${name}`, [...scale.counts].sort((a, b) => b[1] - a[1]).slice(0, 20))
        : bars(name, `param:${name}`, Array.from({ length: BINS }, (_, n) => scale.counts.get(n) ?? 0), short(scale.low), short(scale.high))));
    $('histograms').replaceChildren(
        ...rows('Categories', 'category', histograms.categories.filter(([, count]) => count > 0).sort((a, b) => b[1] - a[1])),
        ...(splits.length > 1 ? rows('Splits', 'split', splits) : []),
        ...bars('Sizes, root of the area', 'size', histograms.sizes, '4 px', '512 px'),
        ...bars('Labels in a picture', 'objects', histograms.objects, '0', '31 and more'),
        ...bars('Part outside the picture', 'truncation', histograms.truncations, '0 %', '100 %'),
        ...cells('Positions of boxes', 'position', histograms.cells),
        ...shares,
    );
}

// ---- the grid ------------------------------------------------------------------------------------------------------

// Only the cards in sight exist. They keep their picture while they stay in sight.
const GAP = 10;
const HEIGHT_MAX = 15e6; // of what is scrolled, in px: browsers end somewhere above
const cards = new Map(); // place in `shown` to its element

function layout() {
    const width = $('scroll').clientWidth - 2 * GAP;
    const wanted = parseFloat(getComputedStyle(document.documentElement).getPropertyValue('--card'));
    const columns = Math.max(2, Math.floor((width + GAP) / (wanted + GAP)));
    const card = (width + GAP) / columns - GAP;
    const height = Math.round(card * 0.75) + 26;
    const lines = Math.ceil(shown.length / columns);
    return { columns, card, height, lines, pitch: height + GAP, total: Math.min(lines * (height + GAP), HEIGHT_MAX) };
}

function makeCard(place) {
    const row = rv.rows[shown[place]];
    const name = row[AT.id] + (row[AT.view] ? ` ${row[AT.view]}` : '');
    const image = make('img', { loading: 'lazy', decoding: 'async', alt: '', src: `files/${row[AT.image]}` });
    const picture = make('div', { className: 'picture' }, image);
    if (row[AT.frames] > 1) {
        picture.append(make('span', { className: 'clip', textContent: `▶ ${row[AT.frames]}` }));
    }
    const card = make('button', { className: 'card', title: name, onclick: () => open(place) }, picture,
        make('span', { className: 'text' }, make('span', {}, name), make('span', {}, `${row[AT.objects]}`)));
    card.dataset.id = row[AT.id];
    return card;
}

function drawGrid(isNew) {
    const scroll = $('scroll');
    const { columns, card, height, lines, pitch, total } = layout();
    if (isNew) {
        cards.clear();
        $('grid').replaceChildren(...(shown.length || rv.loaded < rv.about.lists ? [] : [make('p', { id: 'empty', textContent: 'No sample fits all filters.' })]));
    }
    $('grid').style.height = `${total}px`;
    // Where all lines together are higher than a browser can scroll, the place of the bar says which are in sight.
    const real = lines * pitch;
    const top = total < real ? scroll.scrollTop / Math.max(total - scroll.clientHeight, 1) * (real - scroll.clientHeight) : scroll.scrollTop;
    const shift = scroll.scrollTop - top;
    const first = Math.max(0, Math.floor(top / pitch) - 1) * columns;
    const last = Math.min(shown.length, (Math.ceil((top + scroll.clientHeight) / pitch) + 1) * columns);
    for (const [place, element] of cards) {
        if (place < first || place >= last) {
            element.remove();
            cards.delete(place);
        }
    }
    for (let place = first; place < last; place++) {
        if (!cards.has(place)) {
            cards.set(place, makeCard(place));
            $('grid').append(cards.get(place));
        }
        const { style } = cards.get(place);
        style.width = `${card}px`;
        style.height = `${height}px`;
        style.transform = `translate(${(place % columns) * (card + GAP)}px, ${Math.floor(place / columns) * pitch + shift}px)`;
    }
}

// ---- masks ---------------------------------------------------------------------------------------------------------

// The lengths in COCO's compressed text: of background first, column after column.
function runs(counts) {
    const lengths = [];
    for (let at = 0; at < counts.length;) {
        let value = 0;
        let shift = 0;
        let c;
        do {
            c = counts.charCodeAt(at++) - 48;
            value |= (c & 31) << shift;
            shift += 5;
        } while (c & 32);
        value = c & 16 && shift < 32 ? value | -1 << shift : value;
        lengths.push(lengths.length > 2 ? value + lengths[lengths.length - 2] : value);
    }
    return lengths;
}

// The colour of an object, as in all pictures of the dataset.
const colour = (index) => at.sample.colors[index] ?? '#888888';
const rgb = (index) => [1, 3, 5].map((place) => parseInt(colour(index).slice(place, place + 2), 16));

function drawMasks(annotations) {
    const canvas = $('masks');
    const labels = annotations.filter((a) => a.rle && a.category);
    const size = labels[0]?.rle.size;
    canvas.hidden = !size || !on.masks;
    if (canvas.hidden) {
        return;
    }
    const [height, width] = size;
    canvas.width = width;
    canvas.height = height;
    canvas.classList.toggle('large', width < 400);
    const context = canvas.getContext('2d');
    const pixels = context.createImageData(width, height);
    for (const annotation of labels) {
        const [r, g, b] = rgb(annotation.index);
        let at = 0;
        runs(annotation.rle.counts).forEach((length, n) => {
            for (let i = n % 2 ? at : at + length; i < at + length; i++) {
                const to = 4 * ((i % height) * width + Math.floor(i / height));
                pixels.data.set([r, g, b, 120], to);
            }
            at += length;
        });
    }
    context.putImageData(pixels, 0, 0);
}

// ---- a sample ------------------------------------------------------------------------------------------------------

const on = { boxes: true, names: true, masks: false, keypoints: true };
let layer = 'image';
let at = null; // {place, row, sample, item, frame}
let playing = 0;
const SVG = 'http://www.w3.org/2000/svg';
const svg = (tag, attributes, text = '') => {
    const element = document.createElementNS(SVG, tag);
    Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
    element.textContent = text;
    return element;
};

const roleOf = (file) => file.slice(0, file.lastIndexOf('.'));
const fileOf = (file, frame) => `files/${[at.row[AT.id], at.row[AT.view], frame, file].filter(Boolean).join('.')}`;

// What holds the annotations of the picture in sight: the record, an element of its frames or of its views.
function stateOf() {
    const { record } = at.sample;
    const whole = at.row[AT.view] ? (record.views ?? []).find((view) => view.name === at.row[AT.view]) ?? {} : record;
    return at.item.frames.length > 1 || at.item.frames[0] ? whole.frames?.[at.frame] ?? whole : whole;
}
const annotationsOf = () => (stateOf().annotations ?? []).map((a) => ({ ...a, category: categoryOf(a) }));

// As rv-mask says it; labels of others may leave that to the object's property or tags.
function categoryOf(annotation) {
    if (annotation.category !== undefined) {
        return annotation.category;
    }
    const object = at.sample.record.objects?.find((one) => one.index === annotation.index);
    const named = object?.properties?.category;
    return typeof named === 'string' ? named : [...object?.tags ?? []].sort().join('+') || null;
}

async function open(place) {
    const row = rv.rows[shown[place]];
    const sample = await sampleOf(row);
    stop();
    const item = sample.items.find((one) => one.view === row[AT.view]);
    at = { place, row, sample, item, frame: Math.floor(item.frames.length / 2) };
    if (!item.files.some((file) => roleOf(file) === layer)) {
        layer = 'image';
    }
    if (!$('sample').open) {
        $('sample').showModal();
    }
    history.replaceState(null, '', `#${encodeURIComponent(row[AT.id])}${row[AT.view] ? `/${encodeURIComponent(row[AT.view])}` : ''}`);
    drawSample();
}

function close() {
    stop();
    at = null;
    history.replaceState(null, '', '#');
    $('sample').close();
}

function step(by) {
    const place = at.place + by;
    if (place >= 0 && place < shown.length) {
        open(place);
    }
}

function drawSample() {
    const { row, sample, item } = at;
    const { record } = sample;
    $('name').textContent = row[AT.id] + (row[AT.view] ? ` · ${row[AT.view]}` : '');
    const facts = [`${at.place + 1} of ${shown.length}`, row[AT.split], record.seed === undefined ? '' : `seed ${record.seed}`,
        row[AT.width] ? `${row[AT.width]} × ${row[AT.height]}` : '', ...Object.entries(row[AT.params]).map(([name, value]) => `${name} ${value}`)];
    $('about').textContent = facts.filter(Boolean).join(' · ');
    $('prompt').hidden = !record.prompt;
    $('prompt').textContent = record.prompt ?? '';
    $('command').textContent = `rv replay ${row[AT.id]} DIR --script SCENE`;
    $('record').textContent = JSON.stringify(record, null, 1);
    $('clip').hidden = item.frames.length < 2;
    $('frame').max = item.frames.length - 1;
    $('before').disabled = at.place === 0;
    $('after').disabled = at.place === shown.length - 1;
    const toggles = Object.keys(on).map((what) => toggle(what, on[what], () => { on[what] = !on[what]; drawSample(); }));
    const layersThere = item.files.map((file) => toggle(LAYERS[roleOf(file)] ?? roleOf(file), layer === roleOf(file), () => { layer = roleOf(file); drawSample(); }));
    $('layers').replaceChildren(...layersThere, document.createTextNode(' '), ...toggles);
    drawFrame();
}

const LAYERS = { image: 'image', overlay: 'overlay', index_color_preview: 'objects', depth_color_preview: 'depth', normal_preview: 'normals', flow_preview: 'flow' };

function toggle(name, pressed, onclick) {
    const button = make('button', { textContent: name, onclick });
    button.setAttribute('aria-pressed', pressed);
    button.dataset.toggle = name;
    return button;
}

function drawFrame() {
    const { item } = at;
    const file = item.files.find((one) => roleOf(one) === layer) ?? item.files[0];
    const image = $('image');
    image.onload = () => image.classList.toggle('large', image.naturalWidth < 400);
    image.src = fileOf(file, item.frames[at.frame]);
    $('frame').value = at.frame;
    $('number').textContent = item.frames[at.frame] ? `frame ${Number(item.frames[at.frame])}` : '';
    drawMasks(annotationsOf());
    drawMarks(annotationsOf());
    drawTable(annotationsOf());
}

function drawMarks(annotations) {
    const marks = $('marks');
    const [height, width] = annotations.find((a) => a.rle)?.rle.size ?? [at.row[AT.height], at.row[AT.width]];
    marks.replaceChildren();
    if (!width || !height) {
        return;
    }
    marks.setAttribute('viewBox', `0 0 ${width} ${height}`);
    const stage = $('stage').getBoundingClientRect();
    const unit = Math.max(width / stage.width, height / stage.height); // pixels of the picture in one of the screen
    for (const annotation of annotations) {
        const [x, y, w, h] = annotation.bbox;
        if (on.boxes && annotation.category) {
            marks.append(svg('rect', { class: 'box', 'data-index': annotation.index, x, y, width: w, height: h, stroke: colour(annotation.index) }));
        }
        for (const point of on.keypoints ? annotation.keypoints ?? [] : []) {
            if (point.pixel && point.visibility > 0) {
                marks.append(svg('circle', { cx: point.pixel[0], cy: point.pixel[1], r: 4 * unit, fill: point.visibility === 2 ? colour(annotation.index) : 'none', stroke: '#fff', 'stroke-width': unit }));
            }
        }
    }
    for (const annotation of on.names ? annotations.filter((a) => a.category) : []) {
        const [x, y] = annotation.bbox;
        const size = 12 * unit;
        const text = svg('text', { x: x + 3 * unit, y: Math.max(y - 4 * unit, size), 'font-size': size, fill: '#fff', stroke: '#000', 'stroke-width': 3 * unit, 'paint-order': 'stroke', style: 'font-weight:600' }, annotation.category);
        marks.append(text);
    }
}

// Why an object has no label, or is in no format of boxes.
function reasonOf(object) {
    return object.visible === false ? 'hidden' : 'not seen: outside the picture, covered, or smaller than --min-area';
}

function drawTable(annotations) {
    const body = $('objects').tBodies[0];
    body.replaceChildren(...annotations.map((a) => {
        const mark = make('i');
        mark.style.background = colour(a.index);
        const row = make('tr', {}, make('td', {}, mark, String(a.index)), make('td', {}, a.name ?? ''),
            make('td', { title: a.category ? '' : 'it has neither tags nor a category: formats of boxes leave it out' }, a.category ?? '(background)'),
            make('td', {}, String(a.area)), make('td', {}, a.truncation === undefined ? '' : `${Math.round(100 * a.truncation)} %`));
        row.onmouseenter = () => light(a.index, true);
        row.onmouseleave = () => light(a.index, false);
        return row;
    }));
    const labelled = new Set(annotations.map((a) => a.index));
    const missing = (at.sample.record.objects ?? []).filter((o) => o.type === 'MESH' && !labelled.has(o.index));
    $('unlabelled').textContent = missing.map((o) => `${o.name}: ${reasonOf(o)}`).join('; ');
}

function light(index, isOn) {
    $('marks').querySelector(`[data-index="${index}"]`)?.classList.toggle('over', isOn);
}

function stop() {
    clearInterval(playing);
    playing = 0;
    $('play').textContent = '▶';
}

function play() {
    if (playing) {
        stop();
        return;
    }
    $('play').textContent = '❚❚';
    playing = setInterval(() => {
        at.frame = (at.frame + 1) % at.item.frames.length;
        drawFrame();
    }, 1000 / (at.sample.record.fps ?? 24));
}

// ---- start ---------------------------------------------------------------------------------------------------------

const KEYS = {
    Escape: close,
    ArrowLeft: () => step(-1),
    ArrowRight: () => step(1),
    ' ': () => at.item.frames.length > 1 && play(),
    ',': () => { stop(); at.frame = clamp(at.frame - 1, 0, at.item.frames.length - 1); drawFrame(); },
    '.': () => { stop(); at.frame = clamp(at.frame + 1, 0, at.item.frames.length - 1); drawFrame(); },
    b: () => { on.boxes = !on.boxes; drawSample(); },
    n: () => { on.names = !on.names; drawSample(); },
    m: () => { on.masks = !on.masks; drawSample(); },
    k: () => { on.keypoints = !on.keypoints; drawSample(); },
};

function wire() {
    let wait = 0;
    $('find').oninput = () => {
        clearTimeout(wait);
        wait = setTimeout(() => { part = $('find').value.trim(); filter(); }, 120);
    };
    $('panel').onclick = () => {
        const isOpen = $('histograms').classList.toggle('open');
        $('panel').setAttribute('aria-expanded', isOpen);
    };
    $('scroll').onscroll = () => requestAnimationFrame(() => drawGrid(false));
    new ResizeObserver(() => { drawGrid(false); at && drawFrame(); }).observe($('scroll'));
    $('before').onclick = () => step(-1);
    $('after').onclick = () => step(1);
    $('close').onclick = close;
    $('play').onclick = play;
    $('frame').oninput = () => { stop(); at.frame = Number($('frame').value); drawFrame(); };
    $('copy').onclick = () => navigator.clipboard?.writeText($('command').textContent);
    $('sample').oncancel = (event) => { event.preventDefault(); close(); };
    document.addEventListener('keydown', (event) => {
        if (event.target.matches('input') && event.target.type !== 'range') {
            return;
        }
        if (at && KEYS[event.key] && !event.ctrlKey && !event.metaKey && !event.altKey) {
            event.preventDefault();
            KEYS[event.key]();
        } else if (!at && event.key === '/') {
            event.preventDefault();
            $('find').focus();
        }
    });
}

async function start() {
    categories = new Map(rv.about.categories.map(({ id, name }) => [id, name]));
    rv.loaded = 0;
    wire();
    try {
        while (rv.loaded < rv.about.lists) {
            await load('list', rv.loaded);
            rv.loaded++;
            if (rv.loaded === 1 || rv.loaded === rv.about.lists) {
                countParams();
                filter();
                performance.mark('grid');
                follow();
            } else {
                for (let place = rv.scanned; place < rv.rows.length; place++) {
                    fits(rv.rows[place]) && shown.push(place);
                }
                tell();
                drawGrid(false);
            }
            rv.scanned = rv.rows.length;
            await new Promise((resolve) => setTimeout(resolve, 0)); // let the browser draw
        }
        rv.isWhole = true;
    } catch (error) {
        $('numbers').textContent = `${error.message}: is the folder "html" whole?`;
    }
}

// Opens the sample that the address names.
function follow() {
    const [id, view = ''] = location.hash.slice(1).split('/').map(decodeURIComponent);
    const place = id && !at ? shown.findIndex((one) => rv.rows[one][AT.id] === id && rv.rows[one][AT.view] === view) : -1;
    if (place >= 0) {
        open(place);
    }
}
