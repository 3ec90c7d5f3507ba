// Charts and maps, loaded only by pages that show one. A figure element holds its data, and its table stands beside it:
//   <figure data-chart="bar|line|map" data-source="id of a JSON script" [data-boundaries="address of a GeoJSON"]>
// The JSON: {"title", "unit", "labels": [...], "series": [{"name", "values": [...]}], "codes": [...] (map: labels' codes),
// "links": [...] (address opened by a click), "low" (lines: where the axis begins), "low", "high" (map: ends of the scale)}.
import * as echarts from "echarts/core";
import { BarChart, LineChart, MapChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import { SVGRenderer } from "echarts/renderers";

echarts.use([
  BarChart, LineChart, MapChart, AriaComponent, GridComponent, LegendComponent, TooltipComponent, VisualMapComponent, SVGRenderer,
]);

const COLOURS = ["#0f5c4d", "#b8452c", "#2f6f9f", "#8a6d1d", "#6b4c8a", "#52605c", "#9c5a86"];
const FONT = getComputedStyle(document.body).fontFamily;
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;

const shown = (value, unit) => (value === null || value === undefined || Number.isNaN(value) ? "—" : `${value}${unit ?? ""}`);

// Division codes are written with 6 digits or with 12: both name the same place.
const whole = (code) => String(code).padEnd(12, "0");

function cartesian(kind, data, narrow) {
  const flat = kind === "bar" && data.labels.length > 6;
  const names = { type: "category", data: data.labels, inverse: flat, axisLabel: { interval: flat ? 0 : "auto", hideOverlap: !flat } };
  const values = { type: "value", min: kind === "line" ? data.low : undefined, axisLabel: { formatter: (value) => shown(value, data.unit) } };
  return {
    grid: { left: 8, right: narrow ? 16 : 32, top: data.series.length > 1 ? 40 : 16, bottom: 8, containLabel: true },
    xAxis: flat ? values : names,
    yAxis: flat ? names : values,
    tooltip: { trigger: "axis", valueFormatter: (value) => shown(value, data.unit) },
    legend: data.series.length > 1 ? { top: 0, type: narrow ? "scroll" : "plain" } : undefined,
    series: data.series.map(({ name, values: points }) => ({
      name, type: kind, data: points, barMaxWidth: 18, symbolSize: 7, itemStyle: kind === "bar" ? { borderRadius: 2 } : undefined,
    })),
  };
}

async function map(figure, data) {
  const answer = await fetch(figure.dataset.boundaries);
  if (!answer.ok) throw new Error(`boundaries: ${answer.status}`);
  const name = figure.dataset.boundaries;
  const boundaries = await answer.json();
  for (const feature of boundaries.features) feature.properties.code = whole(feature.properties.code);
  echarts.registerMap(name, boundaries);
  const values = data.series[0].values;
  const known = values.filter((value) => value !== null);
  const narrow = figure.clientWidth < 500;
  const legend = narrow ? { orient: "horizontal", left: "center", bottom: 0, itemHeight: 140 } : { left: 8, bottom: 8, itemHeight: 90 };
  const low = data.low ?? Math.min(...known, 0);
  return {
    tooltip: { trigger: "item", formatter: (item) => `${item.data?.label ?? item.name}: ${shown(item.data?.value, data.unit)}` },
    visualMap: {
      min: low, max: data.high ?? Math.max(...known, low + 1), calculable: true, ...legend,
      inRange: { color: ["#e8f1ec", "#a9d0bf", "#58a68c", "#1d7a64", "#0a4338"] }, outOfRange: { color: "#eee" },
      formatter: (value) => shown(Math.round(value * 100) / 100, data.unit),
    },
    series: [{
      type: "map", map: name, nameProperty: "code", roam: false, selectedMode: false,
      ...(narrow ? { top: 8, bottom: 60 } : {}),
      itemStyle: { borderColor: "#fff", borderWidth: 0.6, areaColor: "#e4e6e4" },
      emphasis: { label: { show: false }, itemStyle: { areaColor: "#f2b36b" } },
      data: data.labels.map((label, at) => ({ name: whole(data.codes[at]), label, value: values[at] ?? NaN, link: data.links?.[at] })),
    }],
  };
}

async function draw(figure) {
  const data = JSON.parse(document.getElementById(figure.dataset.source).textContent);
  const kind = figure.dataset.chart;
  const canvas = document.createElement("div");
  canvas.className = "sd-chart__canvas";
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", data.title);
  if (kind === "bar" && data.labels.length > 6) canvas.style.height = `${60 + data.labels.length * 26}px`;
  const option = kind === "map" ? await map(figure, data) : cartesian(kind, data, figure.clientWidth < 500);
  figure.prepend(canvas);
  const chart = echarts.init(canvas, null, { renderer: "svg" });
  chart.setOption({ animation: !still, color: COLOURS, textStyle: { fontFamily: FONT, fontSize: 13 }, ...option });
  chart.on("click", (item) => {
    const link = item.data?.link ?? data.links?.[item.dataIndex];
    if (link) location.assign(link);
  });
  new ResizeObserver(() => chart.resize()).observe(figure);
}

for (const figure of document.querySelectorAll("[data-chart]")) {
  draw(figure).catch((error) => console.error(error)); // the table beside it says the same
}
