/** data_visualization blocks as SVG, with a legend and the same figures as a table for those who cannot see it. */

import { make, makeSvg, newId } from "./dom.js";

const WIDTH = 560;
const HEIGHT = 260;
const EDGE = { top: 12, right: 12, bottom: 44, left: 52 };
const NUMBER = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 2 });

/** A chart: pie, bar, line or area. */
export function renderChart(block) {
  const chart = block.chart ?? {};
  const draw = { pie: drawPie, bar: drawBars, line: drawLines, area: drawLines }[chart.type];
  if (!draw) return make("p", { class: "unsupported" }, `Unsupported chart: ${chart.type}`);
  const titleId = newId("chart");
  return make(
    "figure",
    { class: "chart", "aria-labelledby": titleId },
    make("figcaption", { id: titleId }, block.title ?? ""),
    draw(chart, describe(block.title, chart)),
    renderLegend(chart),
    make("details", { class: "figures" }, make("summary", {}, "Figures"), renderFigures(chart, block.title)),
  );
}

function describe(title, chart) {
  if (chart.type === "pie")
    return `${title}: ${chart.segments.map((one) => `${one.label} ${NUMBER.format(one.value)}`).join(", ")}`;
  const series = chart.series.map(
    (one) => `${one.name}: ${one.data.map((point) => `${point.label} ${NUMBER.format(point.value)}`).join(", ")}`,
  );
  return `${title}. ${series.join("; ")}`;
}

function picture(label, ...children) {
  return makeSvg(
    "svg",
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label, class: "chart-picture" },
    children,
  );
}

function renderLegend(chart) {
  const names =
    chart.type === "pie"
      ? chart.segments.map((one) => `${one.label} · ${NUMBER.format(one.value)}`)
      : chart.series.map((one) => one.name);
  return make(
    "ul",
    { class: "legend" },
    names.map((name, index) => make("li", {}, make("span", { class: `swatch series-${index % 12}` }), name)),
  );
}

function renderFigures(chart, title) {
  if (chart.type === "pie") {
    const rows = chart.segments.map((one) =>
      make(
        "tr",
        {},
        make("th", { scope: "row" }, one.label),
        make("td", { class: "align-right" }, NUMBER.format(one.value)),
      ),
    );
    return make("table", { "aria-label": title }, make("tbody", {}, rows));
  }
  const heads = ["", ...chart.series.map((one) => one.name)].map((name) =>
    name ? make("th", { scope: "col" }, name) : make("td"),
  );
  const rows = chart.axis_config.categories.map((label) =>
    make(
      "tr",
      {},
      make("th", { scope: "row" }, label),
      chart.series.map((one) => make("td", { class: "align-right" }, NUMBER.format(valueAt(one, label)))),
    ),
  );
  return make("table", { "aria-label": title }, make("thead", {}, make("tr", {}, heads)), make("tbody", {}, rows));
}

function drawPie(chart, label) {
  const total = chart.segments.reduce((sum, one) => sum + one.value, 0);
  const [x, y, radius] = [WIDTH / 2, HEIGHT / 2, HEIGHT / 2 - 14];
  let angle = -Math.PI / 2;
  const slices = chart.segments.map((one, index) => {
    const share = one.value / total;
    const from = angle;
    angle += share * 2 * Math.PI;
    const title = makeSvg("title", {}, `${one.label}: ${NUMBER.format(one.value)} (${Math.round(share * 100)} %)`);
    if (share > 0.9999) return makeSvg("circle", { cx: x, cy: y, r: radius, class: `series-${index}` }, title);
    const point = (turn) => `${x + radius * Math.cos(turn)} ${y + radius * Math.sin(turn)}`;
    return makeSvg(
      "path",
      {
        d: `M${x} ${y}L${point(from)}A${radius} ${radius} 0 ${share > 0.5 ? 1 : 0} 1 ${point(angle)}Z`,
        class: `slice series-${index}`,
      },
      title,
    );
  });
  return picture(label, slices, makeSvg("circle", { cx: x, cy: y, r: radius * 0.52, class: "hole" }));
}

function drawBars(chart, label) {
  const axes = makeAxes(chart);
  const step = axes.width / axes.categories.length;
  const wide = Math.min((step * 0.72) / chart.series.length, 44);
  const bars = chart.series.flatMap((one, index) =>
    axes.categories.map((category, place) => {
      const value = valueAt(one, category);
      const [top, bottom] = [axes.y(Math.max(value, 0)), axes.y(Math.min(value, 0))];
      const x = EDGE.left + step * (place + 0.5) + wide * (index - chart.series.length / 2);
      const attributes = {
        x,
        y: top,
        width: Math.max(wide - 2, 1),
        height: Math.max(bottom - top, 1),
        rx: 2,
        class: `series-${index}`,
      };
      return makeSvg("rect", attributes, makeSvg("title", {}, `${one.name}, ${category}: ${NUMBER.format(value)}`));
    }),
  );
  return picture(label, axes.nodes, bars);
}

function drawLines(chart, label) {
  const axes = makeAxes(chart);
  const step = axes.width / Math.max(axes.categories.length, 1);
  const series = chart.series.map((one, index) => {
    const points = axes.categories.map((category, place) => [
      EDGE.left + step * (place + 0.5),
      axes.y(valueAt(one, category)),
    ]);
    const path = `M${points.map((point) => point.join(" ")).join("L")}`;
    const ground = axes.y(Math.max(axes.low, 0));
    const area =
      chart.type === "area"
        ? makeSvg("path", {
            d: `${path}L${points.at(-1)[0]} ${ground}L${points[0][0]} ${ground}Z`,
            class: `area series-${index}`,
          })
        : "";
    const dots = points.map(([x, y], place) =>
      makeSvg(
        "circle",
        { cx: x, cy: y, r: 4, class: `dot series-${index}` },
        makeSvg(
          "title",
          {},
          `${one.name}, ${axes.categories[place]}: ${NUMBER.format(valueAt(one, axes.categories[place]))}`,
        ),
      ),
    );
    return [area, makeSvg("path", { d: path, class: `line series-${index}` }), dots];
  });
  return picture(label, axes.nodes, series);
}

function makeAxes(chart) {
  const { categories, x_label: xLabel, y_label: yLabel } = chart.axis_config;
  const values = chart.series.flatMap((one) => one.data.map((point) => point.value));
  const ticks = chooseTicks(Math.min(0, ...values), Math.max(0, ...values));
  const [low, high] = [ticks[0], ticks.at(-1)];
  const [width, height] = [WIDTH - EDGE.left - EDGE.right, HEIGHT - EDGE.top - EDGE.bottom];
  const y = (value) => EDGE.top + height * (1 - (value - low) / (high - low));
  const lines = ticks.flatMap((tick) => [
    makeSvg("line", {
      x1: EDGE.left,
      x2: WIDTH - EDGE.right,
      y1: y(tick),
      y2: y(tick),
      class: tick === 0 ? "ground" : "grid",
    }),
    makeSvg("text", { x: EDGE.left - 8, y: y(tick) + 4, "text-anchor": "end" }, NUMBER.format(tick)),
  ]);
  const step = width / categories.length;
  const every = Math.ceil(categories.length / 8);
  const labels = categories.map((category, place) =>
    place % every
      ? ""
      : makeSvg(
          "text",
          { x: EDGE.left + step * (place + 0.5), y: HEIGHT - EDGE.bottom + 18, "text-anchor": "middle" },
          cut(category, step * every),
        ),
  );
  const names = [
    xLabel
      ? makeSvg(
          "text",
          { x: EDGE.left + width / 2, y: HEIGHT - 6, "text-anchor": "middle", class: "axis-name" },
          xLabel,
        )
      : "",
    yLabel
      ? makeSvg(
          "text",
          {
            x: 12,
            y: EDGE.top + height / 2,
            "text-anchor": "middle",
            class: "axis-name",
            transform: `rotate(-90 12 ${EDGE.top + height / 2})`,
          },
          yLabel,
        )
      : "",
  ];
  return { categories, low, width, y, nodes: [lines, labels, names] };
}

function chooseTicks(low, high) {
  const span = high - low || 1;
  const rough = span / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const factors = power > 1 ? [1, 2, 2.5, 5, 10] : [1, 2, 5, 10]; // few whole things are not counted in halves
  const step = factors.map((factor) => factor * power).find((size) => size >= rough);
  const ticks = [];
  for (let tick = Math.floor(low / step) * step; tick < high + step * 0.999; tick += step)
    ticks.push(Number(tick.toPrecision(12)));
  return ticks.length > 1 ? ticks : [0, 1];
}

function cut(text, room) {
  const most = Math.max(3, Math.floor(room / 7));
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

function valueAt(series, label) {
  return series.data.find((point) => point.label === label)?.value ?? 0;
}
