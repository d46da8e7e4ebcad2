import type { AnchorHTMLAttributes, MouseEvent } from 'react';
import { useConsole } from './console-context.ts';
import { hrefOf, type Route } from './routes.ts';

interface LinkProps extends AnchorHTMLAttributes<HTMLAnchorElement> {
  readonly to: Route;
}

/** A real link to a screen: it can be copied and opened in a new tab; a plain click stays in this page. */
export function Link({ to, onClick, children, ...rest }: LinkProps) {
  const { navigation } = useConsole();
  const follow = (event: MouseEvent<HTMLAnchorElement>): void => {
    onClick?.(event);
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    navigation.go(to);
  };
  return (
    <a {...rest} href={hrefOf(to)} onClick={follow}>
      {children}
    </a>
  );
}
