import { lazy, Suspense, useCallback, useRef, useState, type ReactNode } from 'react';
import { OpenFormContext, type FormRequest } from '@/records/openForm';

const RecordFormDrawer = lazy(() => import('@/records/form/RecordFormDrawer'));

/** Draws the one form drawer over whatever page asked for it; its code comes with the first form. */
export function FormHost({ children }: { children: ReactNode }) {
  const [asked, setAsked] = useState<FormRequest & { number: number }>();
  const [open, setOpen] = useState(false);
  const opener = useRef<Element>(null);
  const openForm = useCallback((request: FormRequest) => {
    opener.current = document.activeElement;
    setAsked((last) => ({ ...request, number: (last?.number ?? 0) + 1 }));
    setOpen(true);
  }, []);
  return (
    <OpenFormContext value={openForm}>
      {children}
      <Suspense>
        {asked ? (
          <RecordFormDrawer
            key={asked.number}
            object={asked.object}
            id={asked.id}
            initial={asked.initial}
            partBy={asked.partBy}
            onSaved={asked.onSaved}
            open={open}
            onClose={() => { setOpen(false); }}
            onClosed={() => {
              // Back to where the form was opened from, unless the person is already somewhere else.
              const { activeElement, body } = document;
              const elsewhere = activeElement !== null && activeElement !== body && !activeElement.closest('.ant-drawer');
              if (!elsewhere && opener.current instanceof HTMLElement) opener.current.focus({ preventScroll: true });
            }}
          />
        ) : null}
      </Suspense>
    </OpenFormContext>
  );
}
