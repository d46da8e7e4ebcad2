import { type CSSVariablesResolver, createTheme } from '@mantine/core';

/** One accent; green, amber and red belong to states. Sizes for fingers: 44 px and more. */
export const theme = createTheme({
  primaryColor: 'indigo',
  primaryShade: { light: 7, dark: 5 },
  autoContrast: true,
  defaultRadius: 'md',
  respectReducedMotion: true,
  fontFamily: 'system-ui, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", Arial, sans-serif',
  headings: { fontWeight: '650' },
  components: {
    Button: { defaultProps: { size: 'md' }, styles: { root: { paddingInline: 14, minHeight: 44 } } },
    ActionIcon: { defaultProps: { size: 44, variant: 'subtle' } },
    TextInput: { defaultProps: { size: 'md' } },
  },
});

/** Mantine's dimmed text is below the contrast of WCAG AA in the light scheme. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#4d555e',
    '--mantine-color-placeholder': '#646c76',
    '--till-page': '#eef0f3',
    '--till-panel': '#ffffff',
    '--till-line': '#d9dde3',
    '--till-soft': '#f5f6f8',
    '--till-good': '#17703a',
    '--till-sure': '#00616f',
    '--till-sure-soft': '#e0f2f4',
    '--till-careful': '#935200',
    '--till-bad': '#b3261e',
    '--till-accent-soft': '#e8ecfd',
  },
  dark: {
    '--mantine-color-dimmed': '#a9b1bb',
    '--mantine-color-placeholder': '#939ca7',
    '--mantine-color-body': '#14171b',
    '--mantine-color-text': '#e6e9ed',
    '--mantine-color-default': '#1e2228',
    '--mantine-color-default-color': '#e6e9ed',
    '--mantine-color-default-hover': '#282e36',
    '--mantine-color-default-border': '#3a424c',
    '--mantine-color-dark-4': '#3a424c',
    '--mantine-color-dark-6': '#1e2228',
    '--till-page': '#0d0f12',
    '--till-panel': '#171a1f',
    '--till-line': '#2d333b',
    '--till-soft': '#1e2228',
    '--till-good': '#5fd08b',
    '--till-sure': '#5cd3e4',
    '--till-sure-soft': '#10323a',
    '--till-careful': '#f0b14b',
    '--till-bad': '#ff8a80',
    '--till-accent-soft': '#20294a',
  },
});
