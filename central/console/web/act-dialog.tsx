import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

const WIDTH_PX = 560;

interface ActDialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** Where an act is decided: over the page, so that no panel is too small for what must be read before. */
export function ActDialog({ title, onClose, children }: ActDialogProps) {
  const { t } = useTranslation();
  return (
    <Modal
      opened
      centered
      title={<span className="act-title">{title}</span>}
      size={WIDTH_PX}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      transitionProps={{ duration: 0 }}
      // A click beside it must not throw away what was typed.
      closeOnClickOutside={false}
      // The page under it does not scroll as a whole, and no style needs to be injected for that.
      lockScroll={false}
      onClose={onClose}
    >
      {children}
    </Modal>
  );
}
