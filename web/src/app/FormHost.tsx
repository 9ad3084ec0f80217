import { lazy, Suspense, useCallback, useState, type ReactNode } from 'react';
import { OpenFormContext, type FormRequest } from '@/records/openForm';

const RecordFormDrawer = lazy(() => import('@/records/form/RecordFormDrawer'));

/** Draws the one form drawer over whatever page asked for it; its code comes with the first form. */
export function FormHost({ children }: { children: ReactNode }) {
  const [asked, setAsked] = useState<FormRequest & { number: number }>();
  const [open, setOpen] = useState(false);
  const openForm = useCallback((request: FormRequest) => {
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
          />
        ) : null}
      </Suspense>
    </OpenFormContext>
  );
}
