import { type CSSVariablesResolver, createTheme } from '@mantine/core';

/** One accent, as on the till; green, amber and red belong to states. Dense: this page is read with a mouse and keys. */
export const theme = createTheme({
  primaryColor: 'indigo',
  primaryShade: { light: 7, dark: 5 },
  autoContrast: true,
  defaultRadius: 'md',
  respectReducedMotion: true,
  fontFamily: 'system-ui, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", Arial, sans-serif',
  headings: { fontWeight: '650' },
  components: {
    Button: { defaultProps: { size: 'sm' } },
    ActionIcon: { defaultProps: { size: 34, variant: 'subtle' } },
    TextInput: { defaultProps: { size: 'sm' } },
    Select: { defaultProps: { size: 'sm' } },
  },
});

/** Mantine's dimmed text is below the contrast of WCAG AA in the light scheme. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#4d555e',
    '--mantine-color-placeholder': '#646c76',
    '--con-page': '#eef0f3',
    '--con-panel': '#ffffff',
    '--con-line': '#d9dde3',
    '--con-soft': '#f5f6f8',
    '--con-hover': '#eef1fe',
    '--con-good': '#17703a',
    '--con-good-soft': '#e3f3e8',
    '--con-careful': '#935200',
    '--con-careful-soft': '#fdf0d9',
    '--con-bad': '#b3261e',
    '--con-bad-soft': '#fce8e6',
    '--con-accent': '#3b4fc4',
    '--con-accent-soft': '#e8ecfd',
    '--con-held': '#8f9dec',
    '--con-allotted': '#5d6b7a',
    '--con-doubt': '#b9c0c8',
  },
  dark: {
    '--mantine-color-dimmed': '#a9b1bb',
    '--mantine-color-placeholder': '#939ca7',
    '--mantine-color-body': '#14171b',
    '--con-page': '#0d0f12',
    '--con-panel': '#171a1f',
    '--con-line': '#2d333b',
    '--con-soft': '#1e2228',
    '--con-hover': '#1f2638',
    '--con-good': '#5fd08b',
    '--con-good-soft': '#12301e',
    '--con-careful': '#f0b14b',
    '--con-careful-soft': '#38290d',
    '--con-bad': '#ff8a80',
    '--con-bad-soft': '#411916',
    '--con-accent': '#91a1ff',
    '--con-accent-soft': '#20294a',
    '--con-held': '#4b5cb8',
    '--con-allotted': '#8594a5',
    '--con-doubt': '#4a525c',
  },
});
