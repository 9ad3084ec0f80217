import type { ThemeConfig } from 'antd';
import { FONT } from '@/ui/font';

/** Ink and paper: quiet greys with a warm cast, one indigo for what can be done, vermilion only for the brand's own mark. */
export const INK = '#2f4a7d';
export const VERMILION = '#b83a26';

export const theme: ThemeConfig = {
  cssVar: { key: 'dougong' },
  hashed: false,
  token: {
    colorPrimary: INK,
    colorInfo: INK,
    colorPrimaryBg: '#eaeef6',
    colorPrimaryBgHover: '#dfe6f2',
    controlItemBgActive: '#eaeef6',
    controlItemBgActiveHover: '#e0e7f2',
    colorLink: '#2c5590',
    colorSuccess: '#3a8a4f',
    colorWarning: '#c28a1e',
    colorError: '#c23b33',
    // Tints of our own: those derived from these calm colours come out grey.
    colorSuccessBg: '#eef6ef',
    colorSuccessBorder: '#c4dfc9',
    colorWarningBg: '#fbf4e4',
    colorWarningBorder: '#ecd9ac',
    colorErrorBg: '#fcf0ee',
    colorErrorBorder: '#f0cbc6',
    colorErrorBgHover: '#f9e3e0',
    colorInfoBg: '#eef1f8',
    colorInfoBorder: '#cbd5e8',
    colorTextBase: '#1f2430',
    colorBgLayout: '#f7f6f3',
    colorBorder: '#d9d6cf',
    colorBorderSecondary: '#e9e6e0',
    borderRadius: 7,
    fontSize: 14,
    fontFamily: FONT,
    controlHeight: 34,
    motionDurationMid: '0.12s',
    motionDurationSlow: '0.18s',
  },
  components: {
    Layout: { siderBg: '#fbfaf8', headerBg: '#ffffff', bodyBg: '#f7f6f3', headerHeight: 52, headerPadding: '0 16px' },
    Menu: { itemBg: 'transparent', itemHeight: 36, itemSelectedBg: '#e8ecf4', itemBorderRadius: 6, activeBarBorderWidth: 0 },
    Table: { headerBg: '#fbfaf8', headerColor: '#5b6170', headerSplitColor: 'transparent', cellPaddingBlockSM: 6, cellPaddingInlineSM: 10, rowHoverBg: '#f8f9fb', rowSelectedBg: '#f0f3f9', rowSelectedHoverBg: '#eaeef6', bodySortBg: '#fdfdfc', headerSortActiveBg: '#f5f3ef', headerSortHoverBg: '#f5f3ef' },
    Card: { headerHeight: 46, headerFontSize: 15, bodyPadding: 16 },
    Segmented: { trackBg: '#e9e6df' },
    Tabs: { horizontalItemPadding: '10px 0' },
    Form: { itemMarginBottom: 16, verticalLabelPadding: '0 0 4px' },
  },
};

/** For who has asked their system for less motion: nothing slides, and what opens is there at once. */
export const calm: ThemeConfig = { ...theme, token: { ...theme.token, motion: false } };
