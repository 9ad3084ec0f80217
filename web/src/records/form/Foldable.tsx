import { RightOutlined } from '@ant-design/icons';
import { useId, useState, type ReactNode } from 'react';

interface Props {
  title: ReactNode;
  /** Closed until somebody opens it. */
  folded: boolean;
  /** Something in it needs the eye: then it is open. */
  wanted: boolean;
  children: ReactNode;
}

/** A section of a form; one that the layout closes has a button for a title. */
export function Foldable({ title, folded, wanted, children }: Props) {
  const [open, setOpen] = useState(!folded);
  const body = useId();
  const shown = open || wanted;
  return (
    <fieldset className="form-section">
      {title === null ? null : folded ? (
        <legend>
          <button type="button" className="form-fold" aria-expanded={shown} aria-controls={body} onClick={() => { setOpen(!shown); }}>
            <RightOutlined rotate={shown ? 90 : 0} /> {title}
          </button>
        </legend>
      ) : <legend>{title}</legend>}
      <div id={body} hidden={!shown}>{children}</div>
    </fieldset>
  );
}
