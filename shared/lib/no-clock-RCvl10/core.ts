export const a = new Date(5);
