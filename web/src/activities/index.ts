export { Timeline } from './Timeline';

export const calendarFeedDialog = () => import('./CalendarFeedDialog');
export const statisticsPage = () => import('./statistics/StatisticsPage');
