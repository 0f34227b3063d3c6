export { connect, disconnect, format, getInstanceByDom, graphic, init, registerTheme, time } from "echarts/core";
export type { ECharts, EChartsCoreOption } from "echarts/core";
